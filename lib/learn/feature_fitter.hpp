// Looks at training rows feature by feature and decides how each becomes inputs.
#pragma once

#include <vector>

#include "learn/dataset.hpp"
#include "learn/split.hpp"
#include "learn/trial.hpp"
#include "model/encoder.hpp"

namespace mlops::learn {

/// At least one encoding; features that do not vary over `rows` have none. Levels with too few rows
/// share a slot; at most 100 slots a category, by frequency. A datetime becomes days since its
/// first value and calendar parts (for trees) or cycles (for linear models).
[[nodiscard]] std::vector<model::Encoding> fit_encodings(const EncodingSpec& spec,
                                                         const Dataset& dataset,
                                                         const RowIndices& rows);

}  // namespace mlops::learn
