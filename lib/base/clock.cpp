#include "base/clock.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace mlops {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

/// Reads exactly `digits` decimal digits at `position` and moves past them.
std::optional<int> take_digits(std::string_view text, std::size_t& position, std::size_t digits) {
  if (position + digits > text.size()) return std::nullopt;
  int value = 0;
  const char* begin = text.data() + position;
  const auto [end, error] = std::from_chars(begin, begin + digits, value);
  if (error != std::errc{} || end != begin + digits || *begin == '-') return std::nullopt;
  position += digits;
  return value;
}

bool take(std::string_view text, std::size_t& position, std::string_view allowed) {
  if (position >= text.size() || allowed.find(text[position]) == std::string_view::npos)
    return false;
  ++position;
  return true;
}

/// The fraction after a dot in microseconds; further digits are dropped.
std::optional<std::int64_t> take_fraction(std::string_view text, std::size_t& position) {
  std::int64_t micros = 0;
  std::int64_t scale = 100'000;
  const std::size_t start = position;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
    micros += (text[position] - '0') * scale;
    scale /= 10;
    ++position;
  }
  if (position == start) return std::nullopt;
  return micros;
}

/// Z or +hh:mm, as microseconds to subtract.
std::optional<std::int64_t> take_offset(std::string_view text, std::size_t& position) {
  if (take(text, position, "Zz")) return 0;
  const bool negative = position < text.size() && text[position] == '-';
  if (!take(text, position, "+-")) return std::nullopt;
  const auto hours = take_digits(text, position, 2);
  if (!hours || !take(text, position, ":")) return std::nullopt;
  const auto minutes = take_digits(text, position, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t micros = *hours * kMicrosPerHour + *minutes * kMicrosPerMinute;
  return negative ? -micros : micros;
}

}  // namespace

std::string to_rfc3339(Timestamp time) {
  const std::chrono::sys_time<std::chrono::microseconds> point{
      std::chrono::microseconds{time.micros}};
  const auto days = std::chrono::floor<std::chrono::days>(point);
  const year_month_day date{days};
  const std::int64_t in_day =
      std::chrono::duration_cast<std::chrono::microseconds>(point - days).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     in_day / kMicrosPerHour, in_day / kMicrosPerMinute % 60,
                     in_day / kMicrosPerSecond % 60, in_day / 1000 % 1000);
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  std::size_t at = 0;
  const auto y = take_digits(text, at, 4);
  if (!y || !take(text, at, "-")) return std::nullopt;
  const auto mo = take_digits(text, at, 2);
  if (!mo || !take(text, at, "-")) return std::nullopt;
  const auto d = take_digits(text, at, 2);
  if (!d || !take(text, at, "Tt ")) return std::nullopt;
  const auto h = take_digits(text, at, 2);
  if (!h || !take(text, at, ":")) return std::nullopt;
  const auto mi = take_digits(text, at, 2);
  if (!mi || !take(text, at, ":")) return std::nullopt;
  const auto s = take_digits(text, at, 2);
  if (!s) return std::nullopt;
  std::int64_t fraction = 0;
  if (take(text, at, ".")) {
    const auto micros = take_fraction(text, at);
    if (!micros) return std::nullopt;
    fraction = *micros;
  }
  const auto offset = take_offset(text, at);
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  if (!offset || at != text.size() || !date.ok() || *h > 23 || *mi > 59 || *s > 60)
    return std::nullopt;
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  return Timestamp{days * kMicrosPerDay + *h * kMicrosPerHour + *mi * kMicrosPerMinute +
                   *s * kMicrosPerSecond + fraction - *offset};
}

std::optional<std::int64_t> parse_duration_micros(std::string_view text) {
  double value = 0;
  const char* end_of_text = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), end_of_text, value);
  if (error != std::errc{} || end + 1 != end_of_text || !(value >= 0)) return std::nullopt;
  double unit = 0;
  switch (*end) {
    case 's':
      unit = static_cast<double>(kMicrosPerSecond);
      break;
    case 'm':
      unit = static_cast<double>(kMicrosPerMinute);
      break;
    case 'h':
      unit = static_cast<double>(kMicrosPerHour);
      break;
    case 'd':
      unit = static_cast<double>(kMicrosPerDay);
      break;
    case 'w':
      unit = 7.0 * static_cast<double>(kMicrosPerDay);
      break;
    default:
      return std::nullopt;
  }
  constexpr double kCentury = 36525.0 * static_cast<double>(kMicrosPerDay);
  if (value * unit > kCentury) return std::nullopt;
  return static_cast<std::int64_t>(value * unit);
}

Timestamp SystemClock::now() const {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

}  // namespace mlops
