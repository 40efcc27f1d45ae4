// What the web page draws over time besides the health report: latency and errors hour by hour, how
// far each column moved in each stretch, and its distribution beside the reference's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "observe/health.hpp"

namespace mlops::observe {

/// One column. Vectors over time have one element a stretch, those over bins one a bin.
struct ColumnTimeline {
  std::string feature;
  data::ColumnKind kind = data::ColumnKind::number;
  double importance = 0;            ///< share 0..1
  std::vector<std::uint64_t> n;     ///< values that were there
  std::vector<double> psi;          ///< against the reference; NaN without values
  std::vector<double> noise_floor;  ///< see DriftHealth; NaN without values
  std::vector<std::string> bins;    ///< labels: "month-to-month", "10 to 20"
  std::vector<double> reference;    ///< shares, sum 1, or zeros where there is nothing
  std::vector<double> now;          ///< the same over the rows that DriftHealth compares
};

/// A range cut into stretches of equal length, whole hours each.
struct Timeline {
  std::string model;
  std::uint32_t version = 0;
  std::int64_t step_seconds = 0;
  std::vector<Timestamp> t;           ///< where each stretch begins
  std::vector<std::uint64_t> n;       ///< predictions
  std::vector<std::uint64_t> errors;  ///< requests that brought none
  std::vector<double> p50_ms;         ///< request latency; NaN without requests
  std::vector<double> p99_ms;
  std::vector<ColumnTimeline> features;  ///< in the order of the profile
  ColumnTimeline prediction;
};

/// The timeline of a version. Reads the store only.
[[nodiscard]] Timeline timeline_of(const ObservationStore& store, const WatchedVersion& version,
                                   const Policy& policy, const HealthQuery& query);

/// GET /v1/models/{ref}/timeline.
[[nodiscard]] Json to_json(const Timeline& timeline);

}  // namespace mlops::observe
