#include "data/level_matcher.hpp"

#include <algorithm>
#include <utility>

#include "data/missing.hpp"
#include "data/number_text.hpp"

namespace mlops::data {

LevelMatcher::LevelMatcher(std::vector<std::string> levels) : index_(std::move(levels)) {
  const auto& texts = index_.texts();
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    if (const auto value = parse_number(texts[i])) numeric_.push_back({*value, i});
    if (!true_level_ && equal_without_case(texts[i], "true")) true_level_ = i;
    if (!false_level_ && equal_without_case(texts[i], "false")) false_level_ = i;
  }
  std::stable_sort(numeric_.begin(), numeric_.end(),
                   [](const auto& a, const auto& b) { return a.value < b.value; });
}

std::optional<std::uint32_t> LevelMatcher::find(std::string_view text) const noexcept {
  const std::uint32_t exact = index_.find(text);
  if (exact != TextIndex::kAbsent) return exact;
  if (numeric_.empty()) return std::nullopt;
  const auto value = parse_number(text);
  return value ? find(*value) : std::nullopt;
}

std::optional<std::uint32_t> LevelMatcher::find(double value) const noexcept {
  const auto found = std::lower_bound(
      numeric_.begin(), numeric_.end(), value,
      [](const NumericLevel& level, double wanted) { return level.value < wanted; });
  if (found == numeric_.end() || found->value != value) return std::nullopt;
  return found->index;
}

std::optional<std::uint32_t> LevelMatcher::find_truth(bool value) const noexcept {
  return value ? true_level_ : false_level_;
}

}  // namespace mlops::data
