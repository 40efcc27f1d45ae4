// Performance over a range as numbers with n and interval: realized from truth, estimated without.
#pragma once

#include <optional>
#include <vector>

#include "observe/health.hpp"
#include "observe/sketch.hpp"

namespace mlops::observe {

/// Accuracy with Wilson's 95 % interval, or RMSE with the normal interval of log(mean squared
/// error) by the delta method. Nothing without labels; for one label in regression the interval is
/// NaN.
[[nodiscard]] std::optional<Estimate> realized_performance(data::Task task, const Outcome& outcome);

/// Performance expected without truth from where a range's rows lie among the estimate bins.
///
/// Classification: 1 - mean calibrated expected loss (confidence-based performance estimation in
/// its simple form: NannyML's CBPE for accuracy), the interval from the spread of the outcomes it
/// predicts and of the calibration itself. Regression: root of the mean squared held-out error of
/// the same estimate bins. Without a loss profile: classification from the probabilities as they
/// stand, regression nothing. Nothing without rows.
[[nodiscard]] std::optional<Estimate> estimated_performance(const WatchedVersion& version,
                                                            const TrafficSketch& traffic);

/// Both together: the estimate of the rows without truth, corrected by how wrong it was on those
/// with truth (prediction-powered inference, with the weight of the estimate that makes the
/// interval shortest). Holds where truth comes for a random part of the predictions. Nothing
/// without a loss profile, without rows, or with fewer than two labels.
/// Source: Angelopoulos, Duchi & Zrnic, "PPI++" (2023), arXiv 2311.01453, example 6 and section 6.
[[nodiscard]] std::optional<Estimate> combined_performance(const WatchedVersion& version,
                                                           const TrafficSketch& traffic,
                                                           const OutcomeSketch& outcomes);

}  // namespace mlops::observe
