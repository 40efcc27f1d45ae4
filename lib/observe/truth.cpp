#include "observe/truth.hpp"

#include <charconv>
#include <cmath>

namespace mlops::observe {

std::optional<double> parse_truth_number(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

bool same_truth(data::Task task, std::string_view a, std::string_view b) noexcept {
  if (a == b) return true;
  if (task != data::Task::regression) return false;
  const auto left = parse_truth_number(a);
  const auto right = parse_truth_number(b);
  return left && right && *left == *right;
}

std::optional<std::uint32_t> class_of_truth(const std::vector<std::string>& classes,
                                            std::string_view text) noexcept {
  for (std::uint32_t index = 0; index < classes.size(); ++index)
    if (classes[index] == text) return index;
  const auto number = parse_truth_number(text);
  if (!number) return std::nullopt;
  for (std::uint32_t index = 0; index < classes.size(); ++index)
    if (parse_truth_number(classes[index]) == number) return index;
  return std::nullopt;
}

}  // namespace mlops::observe
