// One step down a flat tree; shared by prediction and contributions so that both go the same way.
#pragma once

#include <bit>
#include <cstdint>

#include "model/forest.hpp"

namespace mlops::model {

/// Whether `code` is in the set at `offset`. Codes that are negative or beyond the set are not.
inline bool in_category_set(const std::uint32_t* words, std::uint32_t offset, float code) noexcept {
  const std::uint32_t n_words = words[offset];
  if (!(code >= 0) || code >= static_cast<float>(n_words) * 32.0F) return false;
  const auto bit = static_cast<std::uint32_t>(code);
  return ((words[offset + 1 + bit / 32] >> (bit % 32)) & 1U) != 0;
}

/// 1 when `input` goes to the right child of `node`, else 0; always 0 in a leaf.
/// Numeric: XGBoost's rule, input < threshold is left, NaN by default direction. The comparison
/// with a leaf's NaN threshold is false, so that a leaf is its own successor.
template <bool kMayBeMissing, bool kMayBeCategorical>
inline std::uint32_t goes_right(const FlatNode& node, float input,
                                const std::uint32_t* words) noexcept {
  if constexpr (kMayBeCategorical) {
    if ((node.split & kCategorical) != 0) {
      if (input != input) return node.split >> 31;
      return in_category_set(words, std::bit_cast<std::uint32_t>(node.value), input) ? 1U : 0U;
    }
  }
  const std::uint32_t right = input >= node.threshold ? 1U : 0U;
  if constexpr (!kMayBeMissing) return right;
  return right | ((input != input ? 1U : 0U) & (node.split >> 31));
}

}  // namespace mlops::model
