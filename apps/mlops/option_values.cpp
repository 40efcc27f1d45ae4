#include "option_values.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/suggest.hpp"

namespace mlops::app {
namespace {

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  if (!is_whole || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string_view without_percent_sign(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  return text;
}

/// A message and, after a line break, a hint: failure.cpp splits them again.
std::string rejection(const std::string& message, const std::string& hint) {
  return hint.empty() ? message : message + "\n" + hint;
}

std::string number_rejection(const std::string& text) {
  return fmt::format("\"{}\" is not a number", text);
}

}  // namespace

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string description = fmt::format("{}", fmt::join(words, "|"));
  return CLI::Validator(
      [words = std::move(words)](std::string& text) -> std::string {
        for (const std::string& word : words) {
          if (word == text) return {};
        }
        return rejection(fmt::format("\"{}\" is not one of {}", text, fmt::join(words, ", ")),
                         did_you_mean(text, words));
      },
      description);
}

CLI::Validator between(double lower, double upper) {
  return CLI::Validator(
      [lower, upper](std::string& text) -> std::string {
        const auto number = parse_number(text);
        if (!number) return number_rejection(text);
        if (*number >= lower && *number <= upper) return {};
        return fmt::format("{} is not between {} and {}", text, shortest_decimal(lower),
                           shortest_decimal(upper));
      },
      "");
}

CLI::Validator at_least(double lower) {
  return CLI::Validator(
      [lower](std::string& text) -> std::string {
        const auto number = parse_number(text);
        if (!number) return number_rejection(text);
        if (*number >= lower) return {};
        return fmt::format("{} is less than {}", text, shortest_decimal(lower));
      },
      "");
}

CLI::Validator duration() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        if (parse_duration_micros(text)) return {};
        return rejection(fmt::format("\"{}\" is not a duration", text),
                         "write a number and a unit: 90s, 15m, 6h, 30d or 2w");
      },
      "");
}

CLI::Validator percentage() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const auto number = parse_number(without_percent_sign(text));
        if (number && *number >= 0 && *number <= 100) return {};
        return rejection(fmt::format("\"{}\" is not a percentage", text),
                         "write a number from 0 to 100, as 10%");
      },
      "");
}

double percentage_as_share(const std::string& text) {
  return parse_number(without_percent_sign(text)).value_or(0) / 100;
}

std::int64_t duration_micros(const std::string& text) {
  return parse_duration_micros(text).value_or(0);
}

}  // namespace mlops::app
