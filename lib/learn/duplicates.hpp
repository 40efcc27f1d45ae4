// Equal rows as one row with their weight: the same loss for less work.
#pragma once

#include <vector>

#include "learn/dataset.hpp"
#include "learn/split.hpp"

namespace mlops::learn {

/// Rows of which each stands for `weights` rows.
struct MergedRows {
  RowIndices rows;
  std::vector<double> weights;  ///< empty: nothing was merged, every row counts its own weight
};

/// Merges rows with bit-equal cells and equal truth, keeping the first of each; only for large data
/// (20,000 rows) where it saves a tenth at least.
[[nodiscard]] MergedRows merge_duplicates(const Dataset& dataset, const RowIndices& rows);

}  // namespace mlops::learn
