// Few columns whose weighted sum is another one.
#pragma once

#include <cstddef>
#include <vector>

namespace mlops::data {

/// What was found.
struct LinearPursuit {
  std::vector<std::size_t> columns;  ///< chosen, in the order of choice
  double explained = 0;              ///< share of the target's variance
  bool plain_sum = false;            ///< the chosen columns add up to the target, without weights
};

/// Chooses the column that explains most of what is left, again and again, until `enough` of the
/// variance is explained or 8 are chosen. Missing cells (NaN) count as the column's mean.
/// Requires: columns as long as `target`, which has no NaN.
/// Source: Pati, Rezaiifar & Krishnaprasad, "Orthogonal matching pursuit", 1993.
[[nodiscard]] LinearPursuit pursue_linearly(std::vector<std::vector<double>> columns,
                                            const std::vector<double>& target, double enough);

}  // namespace mlops::data
