// Two models on the same rows: the mean difference of their losses and how sure one may be of it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "data/metrics.hpp"

namespace mlops::workflow {

/// Mean of one loss minus another over the same rows; positive: the second model is better.
struct Paired {
  double mean = 0;
  double standard_error = 0;
  std::size_t n = 0;

  /// mean / standard_error; infinite, with the mean's sign, where there is no spread.
  [[nodiscard]] double z() const noexcept;
  /// Chance of at least this z when the models are equal, by the normal approximation.
  [[nodiscard]] double p_better() const noexcept;
};

/// Of differences, one a row. With fewer than two rows the error is infinite.
[[nodiscard]] Paired paired(std::span<const double> differences);

/// The same of rows in the order of time, where neighbours resemble each other and so tell less
/// than their number says: the error is the larger of the plain one and the one of batch means,
/// floor(sqrt(n)) rows a batch (Flegal & Jones, Ann. Stat. 38, 2010). Costs independent rows a few
/// points of power.
[[nodiscard]] Paired paired_in_time(std::span<const double> differences);

/// losses of `first` minus losses of `second`, row by row. Requires: a metric that is a mean of row
/// losses, the same rows.
[[nodiscard]] std::vector<double> loss_differences(data::Metric metric,
                                                   const data::Predictions& first,
                                                   const data::Predictions& second,
                                                   const data::Truth& truth);

}  // namespace mlops::workflow
