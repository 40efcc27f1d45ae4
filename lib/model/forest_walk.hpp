// One step down a flat tree; shared by prediction and contributions so that both go the same way.
#pragma once

#include <bit>
#include <cstdint>

#include "model/forest.hpp"

namespace mlops::model {

/// 1 when the set of a categorical node holds `code`, else 0. Codes that are negative, NaN or
/// beyond the set are not in it. A missing input in a doubled row is -infinity or +infinity.
inline std::uint32_t category_goes_right(const FlatNode& node, float code,
                                         const std::uint32_t* words) noexcept {
  const std::uint32_t* set = words + std::bit_cast<std::uint32_t>(node.value);
  if (!(code >= 0)) return 0;
  if (code >= static_cast<float>(set[0]) * 32.0F) {
    return code > static_cast<float>(kMaxCategoryCode) ? 1U : 0U;
  }
  const auto bit = static_cast<std::uint32_t>(code);
  return (set[1 + bit / 32] >> (bit % 32)) & 1U;
}

/// Which input a node reads, and whether a missing one goes right.
inline std::uint32_t input_of(const FlatNode& node, std::size_t n_inputs) noexcept {
  const std::uint32_t place = node.split & ~kCategorical;
  return place < n_inputs ? place : place - static_cast<std::uint32_t>(n_inputs);
}
inline std::uint32_t missing_goes_right(const FlatNode& node, std::size_t n_inputs) noexcept {
  return (node.split & ~kCategorical) < n_inputs ? 0U : 1U;
}

/// 1 when `input` goes to the right child of a split, else 0. Numeric: XGBoost's rule, input <
/// threshold is left; NaN by default direction. The same answers as a doubled row gives in
/// forest_predict.cpp.
inline std::uint32_t goes_right(const FlatNode& node, float input, std::size_t n_inputs,
                                const std::uint32_t* words) noexcept {
  if (input != input) return missing_goes_right(node, n_inputs);
  if ((node.split & kCategorical) != 0) return category_goes_right(node, input, words);
  return input >= node.threshold ? 1U : 0U;
}

}  // namespace mlops::model
