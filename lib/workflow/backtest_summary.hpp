// From what happened in a backtest to what is reported: periods, and alarms against the truth.
#pragma once

#include <span>
#include <vector>

#include "workflow/backtest.hpp"

namespace mlops::workflow {

/// Losses of rows in the order of time: 0 or 1, or squared errors; NaN without truth.
struct BacktestLosses {
  std::vector<double> frozen;
  std::vector<double> live;
};

/// Accuracy from 0/1 losses, or RMSE from squared errors; NaN where every loss is.
[[nodiscard]] double score_of_losses(data::Metric metric, std::span<const double> losses);

/// The periods with at least one row. Requires: times ascending, one a loss.
[[nodiscard]] std::vector<BacktestWindow> backtest_windows(data::Metric metric,
                                                           const std::vector<Timestamp>& times,
                                                           const BacktestLosses& losses,
                                                           BacktestPeriod period);

/// `changes`: rows, in the order of time, at which the world changed, ascending; may be empty.
/// `alarm_rows`: rows, in that order too, of the alarms. An alarm belongs to the last change
/// before it; one before the first change is false.
[[nodiscard]] BacktestTruth compare_with_truth(const std::vector<std::size_t>& changes,
                                               const std::vector<std::size_t>& alarm_rows);

}  // namespace mlops::workflow
