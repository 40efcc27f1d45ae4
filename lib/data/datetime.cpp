#include "data/datetime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include "data/number_text.hpp"

namespace mlops::data {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr double kSecondsPerDay = 86400;

/// The parts of a moment as they are read.
struct Parts {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  double second = 0;
  int zone_minutes = 0;
  bool twelve_hours = false;
  bool afternoon = false;
  bool has_time = false;
};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// Reads one text from the front.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool done() const noexcept { return text_.empty(); }

  bool literal(char c) noexcept {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool number(std::size_t least, std::size_t most, int& value) noexcept {
    std::size_t n = 0;
    value = 0;
    while (n < most && n < text_.size() && is_digit(text_[n]))
      value = value * 10 + (text_[n++] - '0');
    text_.remove_prefix(n);
    return n >= least;
  }

  bool seconds(double& value) noexcept {
    int whole = 0;
    if (!number(2, 2, whole)) return false;
    value = whole;
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !is_digit(text_[1]))
      return true;
    text_.remove_prefix(1);
    double scale = 1;
    double fraction = 0;
    while (!text_.empty() && is_digit(text_.front())) {
      if (scale < 1e15) {
        fraction = fraction * 10 + (text_.front() - '0');
        scale *= 10;
      }
      text_.remove_prefix(1);
    }
    value += fraction / scale;
    return true;
  }

  bool month_name(int& month) noexcept {
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      for (const std::size_t length : {kMonths[i].size(), std::size_t{3}}) {
        if (!starts_with(kMonths[i].substr(0, length))) continue;
        if (text_.size() > length && std::isalpha(static_cast<unsigned char>(text_[length])))
          continue;
        text_.remove_prefix(length);
        month = static_cast<int>(i) + 1;
        return true;
      }
    }
    return false;
  }

  bool half_day(bool& afternoon) noexcept {
    if (!starts_with("am") && !starts_with("pm")) return false;
    afternoon = lower(text_.front()) == 'p';
    text_.remove_prefix(2);
    return true;
  }

  /// An optional zone at the end; false when something else is there.
  bool zone(int& minutes) noexcept {
    if (done()) return true;
    if (text_ == "Z" || text_ == "z" || text_ == " UTC" || text_ == " GMT") return true;
    const int sign = text_.front() == '-' ? -1 : 1;
    if (!literal('+') && !literal('-')) return false;
    int hours = 0;
    int rest = 0;
    if (!number(2, 2, hours)) return false;
    literal(':');
    if (!done() && !number(2, 2, rest)) return false;
    minutes = sign * (hours * 60 + rest);
    return done() && hours < 24 && rest < 60;
  }

 private:
  [[nodiscard]] bool starts_with(std::string_view word) const noexcept {
    return text_.size() >= word.size() && std::equal(word.begin(), word.end(), text_.begin(),
                                                     [](char a, char b) { return a == lower(b); });
  }

  std::string_view text_;
};

bool read_part(char code, Reader& reader, Parts& parts) noexcept {
  switch (code) {
    case 'Y':
      return reader.number(4, 4, parts.year);
    case 'y':
      if (!reader.number(2, 2, parts.year)) return false;
      parts.year += parts.year < 69 ? 2000 : 1900;
      return true;
    case 'm':
      return reader.number(1, 2, parts.month);
    case 'd':
      return reader.number(1, 2, parts.day);
    case 'b':
      return reader.month_name(parts.month);
    case 'H':
      parts.has_time = true;
      return reader.number(1, 2, parts.hour);
    case 'I':
      parts.has_time = parts.twelve_hours = true;
      return reader.number(1, 2, parts.hour);
    case 'M':
      return reader.number(2, 2, parts.minute);
    case 'S':
      return reader.seconds(parts.second);
    case 'p':
      return reader.half_day(parts.afternoon);
    default:
      return false;
  }
}

bool to_24_hours(Parts& parts) noexcept {
  if (!parts.twelve_hours) return parts.hour < 24;
  if (parts.hour < 1 || parts.hour > 12) return false;
  parts.hour = parts.hour % 12 + (parts.afternoon ? 12 : 0);
  return true;
}

std::optional<double> moment_of(Parts parts) noexcept {
  using namespace std::chrono;
  const year_month_day date{year{parts.year}, month{static_cast<unsigned>(parts.month)},
                            day{static_cast<unsigned>(parts.day)}};
  if (!date.ok() || !to_24_hours(parts) || parts.minute > 59 || parts.second >= 61) {
    return std::nullopt;
  }
  const auto days = sys_days{date}.time_since_epoch().count();
  const double minutes = parts.hour * 60 + parts.minute - parts.zone_minutes;
  return static_cast<double>(days) * kSecondsPerDay + minutes * 60 + parts.second;
}

}  // namespace

std::optional<double> parse_datetime(std::string_view text, std::string_view format) noexcept {
  if (format == kEpochFormat) return parse_number(text);
  Reader reader(text);
  Parts parts;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const bool fits = format[i] == '%' && i + 1 < format.size()
                          ? read_part(format[++i], reader, parts)
                          : reader.literal(format[i]);
    if (!fits) return std::nullopt;
  }
  const bool ends = parts.has_time ? reader.zone(parts.zone_minutes) : reader.done();
  return ends ? moment_of(parts) : std::nullopt;
}

std::optional<double> parse_iso_datetime(std::string_view text) noexcept {
  for (const std::string_view format :
       {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"}) {
    if (const auto moment = parse_datetime(text, format)) return moment;
  }
  return std::nullopt;
}

}  // namespace mlops::data
