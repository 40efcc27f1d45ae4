// Where the true score lies with 95 % confidence, one method for each kind of score. An end is NaN
// where no honest one can be given.
#pragma once

#include <cstdint>
#include <span>

#include "data/score_functions.hpp"

namespace mlops::data {

/// Interval of a mean of row losses that are never negative: normal, with Hall's correction for
/// skewness, without which scores of squared errors lie above it twice as often as promised. A
/// monotone map of both ends keeps coverage: RMSE goes through the root.
[[nodiscard]] Interval mean_interval(std::span<const double> losses);

/// Percentile bootstrap. Source: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993,
/// chapter 13. Resamples in which the metric is undefined are left out.
[[nodiscard]] Interval bootstrap_interval(Metric metric, const Predictions& predictions,
                                          const Truth& truth, std::uint64_t seed,
                                          unsigned n_resamples);

/// Interval of the calibration error that the model truly has. The error of n rows is larger than
/// that, because chance moves each bin's share away from its confidence and absolute values do not
/// cancel; resampling the rows only adds to it. So the test is inverted: the interval holds the
/// true errors under which n rows would show an error like the one seen. For that, true gaps are
/// spread over the bins in proportion to their standard errors, and each bin's share is normal.
/// Measured coverage: docs/training.md.
[[nodiscard]] Interval calibration_error_interval(std::span<const CalibrationBin> bins,
                                                  std::uint64_t seed);

/// Whether a mean of relative errors has an interval. Not where truths have both signs or are 0,
/// nor where so few rows decide it that it hardly exists: Hill's estimate of the tail index below
/// 1.5, from the largest tenth of the losses (at least 20). An index of 1, which a density above
/// zero at truth 0 gives, means no mean. Source: Hill, Annals of Statistics 3 (1975) 1163-1174.
[[nodiscard]] bool has_mean_relative_error(std::span<const double> losses,
                                           std::span<const double> truths);

}  // namespace mlops::data
