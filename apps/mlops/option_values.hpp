// Checks of option values with messages for people: what was given, what is allowed, what was
// probably meant. (CLI11's own print bounds with 300 digits and no suggestion.)
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace mlops::app {

/// One of a list of words, with a suggestion for a near miss.
[[nodiscard]] CLI::Validator one_of(std::vector<std::string> words);

/// A number within [lower, upper].
[[nodiscard]] CLI::Validator between(double lower, double upper);

/// A number of at least `lower`.
[[nodiscard]] CLI::Validator at_least(double lower);

/// A duration as base/clock.hpp's parse_duration_micros reads it: 90s, 15m, 6h, 30d, 2w.
[[nodiscard]] CLI::Validator duration();

/// A share written as a percentage: "10%" or "10"; 0 to 100.
[[nodiscard]] CLI::Validator percentage();

/// The value of a text that `percentage` accepted, as a share of 1.
[[nodiscard]] double percentage_as_share(const std::string& text);

/// The microseconds of a text that `duration` accepted.
[[nodiscard]] std::int64_t duration_micros(const std::string& text);

}  // namespace mlops::app
