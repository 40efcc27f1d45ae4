// XGBoost's serialized model -> model::Forest.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/forest.hpp"

namespace mlops::learn::xgboost {

/// The trees of a gbtree model in UBJSON, with base_score turned into a margin as the objective
/// does (reg:*: itself; binary:logistic: log odds; count:poisson: log), in float32.
/// Trees beyond the first `n_trees` are left out.
/// Throws internal when the bytes are not such a model.
[[nodiscard]] model::Forest import_forest(std::string_view ubjson, std::size_t n_inputs,
                                          std::size_t n_trees = SIZE_MAX);

}  // namespace mlops::learn::xgboost
