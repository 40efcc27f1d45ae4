// Dates and times as text: which format a set of texts follows, and what moment each means.
// Moments are seconds since 1970-01-01 00:00 UTC; text without a zone is taken as UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlops::data {

inline constexpr std::string_view kEpochFormat = "%s";

/// Formats are written as strptime writes them: %Y %y %m %d %b (name of a month, short or full,
/// English) %H %I %M %S (with an optional fraction) %p, everything else literal. A zone ("Z",
/// "+02:00", "-0530", " UTC") may follow any time of day.
///
/// kEpochFormat alone stands for a plain number of seconds.
///
/// The moment; nothing when the text does not follow the format or names no real date. A
/// two-digit year is 1969 to 2068. Source: POSIX.1-2017, strptime, %y.
[[nodiscard]] std::optional<double> parse_datetime(std::string_view text,
                                                   std::string_view format) noexcept;

/// The same in any ISO 8601 form: date, or date and time by "T" or a blank.
[[nodiscard]] std::optional<double> parse_iso_datetime(std::string_view text) noexcept;

/// A moment in a format, in UTC; as plain seconds when it is tens of thousands of years away.
/// Requires: finite.
[[nodiscard]] std::string format_datetime(double seconds, std::string_view format);

/// The format that fits best.
struct DatetimeDetection {
  std::string format;  ///< empty when no text is a date
  std::size_t n_matching = 0;
  /// Day-first and month-first both fit every text; month first is taken for '/', else day first.
  bool ambiguous = false;
  std::string other_format = {};  ///< ambiguous: the one that was not taken
};

/// Looks at all distinct texts of a column.
[[nodiscard]] DatetimeDetection detect_datetime(std::span<const std::string> texts);

/// True when the text follows any known format.
[[nodiscard]] bool looks_like_datetime(std::string_view text) noexcept;

}  // namespace mlops::data
