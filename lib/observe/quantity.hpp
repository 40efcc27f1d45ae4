// What is watched of a version: every quantity is a histogram of each hour with one or more score
// streams over its bins. Built once from the version and its policy; holds no state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "observe/health.hpp"
#include "observe/sketch.hpp"
#include "observe/stream.hpp"

namespace mlops::observe {

/// Where a quantity's histogram comes from.
enum class Source {
  feature,        ///< bins of a feature
  prediction,     ///< bins of the prediction
  missing,        ///< {present, missing} of a feature
  unseen,         ///< {seen, unseen category}
  out_of_range,   ///< {within the training range, outside}
  not_a_number,   ///< {readable, not}
  expected_loss,  ///< rows by estimate bin: performance without labels
  loss,           ///< labels by loss bin: realized performance
  calibration,    ///< labels by estimate bin and loss bin: what the estimate does not see
  errors,         ///< {requests answered, failed}
};

/// One watched quantity.
struct Quantity {
  Source source = Source::feature;
  std::size_t feature = 0;  ///< where the source is one feature's
  std::string rule;         ///< Alert::rule: drift, performance, ...
  std::string subject;      ///< Alert::subject: feature or metric
  double importance = 1;    ///< share of the feature; 1 for what is not one's
  std::vector<Stream> streams;
};

/// Whether it is the distribution of a column: a feature's or the prediction's.
[[nodiscard]] bool is_column(const Quantity& quantity) noexcept;

/// Everything that is watched, with shares of the budget that sum to at most 1:
/// performance 0.30, estimated 0.15, calibration 0.10, prediction drift 0.10, feature drift 0.20
/// (half evenly, half by importance), quality 0.10, errors 0.03. The volume's 0.02 is not one of
/// them (volume.hpp).
[[nodiscard]] std::vector<Quantity> watched_quantities(const WatchedVersion& version,
                                                       const MonitoringPolicy& policy);

/// One hour of a version as the quantities see it; either sketch may be absent.
struct HourRecord {
  std::int64_t hour = 0;
  const TrafficSketch* traffic = nullptr;
  const ArrivalSketch* arrivals = nullptr;
  std::uint64_t n_errors = 0;
};

/// The quantity's histogram of that hour; all zeros where there is none. `counts` is resized.
void histogram_of(const Quantity& quantity, const HourRecord& record,
                  std::vector<std::uint64_t>& counts);
/// When the first row of that histogram came.
[[nodiscard]] Timestamp first_row_of(const Quantity& quantity, const HourRecord& record);

[[nodiscard]] bool is_about_labels(Source source) noexcept;
/// Labels or the estimate without.
[[nodiscard]] bool is_about_performance(Source source) noexcept;
[[nodiscard]] bool is_about_quality(Source source) noexcept;

/// The bins of a version's sketches.
[[nodiscard]] SketchLayout layout_of(const WatchedVersion& version);

/// The floor (accuracy) or ceiling (RMSE) beyond which performance is harm: the policy's, else the
/// held-out score worsened by the tolerance or by what the held-out rows can resolve.
[[nodiscard]] double performance_threshold(const WatchedVersion& version,
                                           const MonitoringPolicy& policy);

}  // namespace mlops::observe
