// The hours of one version: sketches of what was logged, ready for the detectors and the display.
#pragma once

#include <cstdint>
#include <map>

#include "observe/health.hpp"
#include "observe/hour_source.hpp"
#include "observe/sketch.hpp"

namespace mlops::observe {

/// Hours since the epoch -> what was counted then.
struct VersionHours final : HourSource {
  std::map<std::int64_t, TrafficSketch> traffic;
  std::map<std::int64_t, OutcomeSketch> outcomes;  ///< by hour of the prediction
  std::map<std::int64_t, ArrivalSketch> arrivals;  ///< by hour in which the truth came
  std::map<std::int64_t, std::uint64_t> errors;

  [[nodiscard]] std::vector<std::int64_t> hours(std::int64_t first,
                                                std::int64_t last) const override;
  void histogram(const Quantity& quantity, std::size_t index, std::int64_t hour,
                 std::vector<std::uint64_t>& counts) const override;
  [[nodiscard]] Timestamp first_row(const Quantity& quantity, std::int64_t hour) const override;
  [[nodiscard]] std::array<std::uint64_t, kMinutesPerHour> rows_by_minute(
      std::int64_t hour) const override;

  /// What there is of one hour; sketches that are not there are null.
  [[nodiscard]] HourRecord record(std::int64_t hour) const;
};

/// Everything about a version from `since`'s hour on: the stored sketches and the rows of the log
/// that are not in them yet; the whole log where there are none of this layout.
[[nodiscard]] VersionHours collect_hours(const ObservationStore& store, std::uint32_t version,
                                         const SketchLayout& layout, Timestamp since);

/// Rows that drift is shown over where the range holds fewer and more are there.
inline constexpr std::uint64_t kShownRows = 1000;

/// Traffic that drift is shown over: the hours from `first_hour` on, and earlier ones back to
/// `earliest_hour` until there are kShownRows.
[[nodiscard]] TrafficSketch traffic_to_compare(const VersionHours& hours,
                                               const SketchLayout& layout, std::int64_t first_hour,
                                               std::int64_t earliest_hour);

}  // namespace mlops::observe
