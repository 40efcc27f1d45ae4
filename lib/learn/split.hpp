// Which rows train, which choose, which score: stratified by class, or cut by time with the future
// last. Rows of classes too rare to be split stay in the training part of every fold.
#pragma once

#include <cstdint>
#include <vector>

#include "learn/dataset.hpp"

namespace mlops::learn {

/// Rows of a dataset, ascending.
using RowIndices = std::vector<std::uint32_t>;

/// One fit and the rows that judge it.
struct Fold {
  RowIndices train;
  RowIndices valid;
};

/// `share` of `rows` (at least 1 when there are 2 or more), drawn by class, or the latest when the
/// dataset has a time.
[[nodiscard]] RowIndices draw_part(const Dataset& dataset, const RowIndices& rows, double share,
                                   std::uint64_t seed);

/// About `size` of `rows`, drawn by class; classes with fewer than 500 rows are kept whole. All of
/// them when there are no more.
[[nodiscard]] RowIndices draw_sample(const Dataset& dataset, const RowIndices& rows,
                                     std::size_t size, std::uint64_t seed);

/// All of `rows` that are not in `part`. Both ascending.
[[nodiscard]] RowIndices without(const RowIndices& rows, const RowIndices& part);

/// `n_folds` folds over `rows`. Unordered: every row is judged exactly once, except rows of classes
/// with fewer than `n_folds` rows, which are never judged. Ordered: n_folds + 1 blocks of time;
/// fold i trains on the blocks before block i + 1, which judges; the first block is never judged.
/// Requires: n_folds >= 2.
[[nodiscard]] std::vector<Fold> make_folds(const Dataset& dataset, const RowIndices& rows,
                                           unsigned n_folds, std::uint64_t seed);

/// How many folds these rows bear: `wanted`, or fewer so that at least two classes (regression: two
/// rows) can be judged; 1 when not even two folds can.
[[nodiscard]] unsigned bearable_folds(const Dataset& dataset, const RowIndices& rows,
                                      unsigned wanted);

/// One fold whose judging part is `share` of the rows.
[[nodiscard]] Fold make_holdout(const Dataset& dataset, const RowIndices& rows, double share,
                                std::uint64_t seed);

}  // namespace mlops::learn
