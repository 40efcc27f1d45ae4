// Finds a category's level for a value, however the value is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/text_index.hpp"

namespace mlops::data {

/// Levels by text and by number. A text is first looked for as it is; when it is a number, the
/// level of the same value is taken ("3.0" and 3 are the level "3"), the first of several.
/// Immutable, thread-safe, never allocates after construction.
class LevelMatcher {
 public:
  LevelMatcher() = default;
  explicit LevelMatcher(std::vector<std::string> levels);

  /// Index of the level; nothing when there is none. Requires: `text` is trimmed.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const noexcept;
  [[nodiscard]] std::optional<std::uint32_t> find(double value) const noexcept;
  /// The level "true" or "false", in any case of letters.
  [[nodiscard]] std::optional<std::uint32_t> find_truth(bool value) const noexcept;

  [[nodiscard]] const std::vector<std::string>& levels() const noexcept { return index_.texts(); }

 private:
  struct NumericLevel {
    double value = 0;
    std::uint32_t index = 0;
  };

  TextIndex index_;
  std::vector<NumericLevel> numeric_;  ///< ascending by value, one a value
  std::optional<std::uint32_t> true_level_;
  std::optional<std::uint32_t> false_level_;
};

}  // namespace mlops::data
