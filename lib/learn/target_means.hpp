// Smoothed target means of category levels. Source: Micci-Barreca, "A preprocessing scheme for
// high-cardinality categorical attributes", 2001; smoothing 20 by docs/decisions on encodings.
#pragma once

#include "learn/dataset.hpp"
#include "learn/split.hpp"
#include "model/encoder.hpp"

namespace mlops::learn {

/// The map of one category feature from the targets of `rows`: per level
/// (sum + 20 x overall mean) / (count + 20), one a class (binary: of the second class only), and
/// log(1 + rows of the level).
[[nodiscard]] model::TargetMap fit_target_map(const Dataset& dataset, const RowIndices& rows,
                                              std::size_t feature);

/// The encoder with the means of its target maps fitted on `rows` instead; counts stay.
[[nodiscard]] model::Encoder with_target_means_of(const model::Encoder& encoder,
                                                  const Dataset& dataset, const RowIndices& rows);

}  // namespace mlops::learn
