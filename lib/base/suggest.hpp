// "Did you mean": the nearest of some candidates to a mistyped word.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlops {

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of
/// neighbours, each counting 1; ASCII letters compare without case.
/// Source: Damerau, "A technique for computer detection and correction of spelling errors", 1964.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, the first of equals; nothing when every one is further away
/// than max(1, length / 3).
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

/// "did you mean 'x'?" or, when nothing is near, the empty string.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string> candidates);

}  // namespace mlops
