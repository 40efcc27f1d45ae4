#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "data/datetime.hpp"
#include "data/missing.hpp"

namespace mlops::data {
namespace {

constexpr std::array<std::string_view, 18> kDates = {
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d",  "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y",
    "%m-%d-%Y", "%d.%m.%Y", "%m/%d/%y",  "%d/%m/%y", "%d.%m.%y", "%d-%b-%Y",
    "%d %b %Y", "%b %d %Y", "%b %d, %Y", "%d-%b-%y", "%Y-%b-%d", "%Y%m%dT%H%M%S"};
constexpr std::array<std::string_view, 7> kTimes = {
    "", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M", " %I:%M:%S %p", " %I:%M %p"};
/// Formats whose texts fit the other one too when no day is beyond 12.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTwins = {
    {{"%m/%d/%Y", "%d/%m/%Y"}, {"%d-%m-%Y", "%m-%d-%Y"}, {"%m/%d/%y", "%d/%m/%y"}}};
constexpr std::array<std::string_view, 12> kMonthBeginnings = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool begins_with_month(std::string_view text) noexcept {
  return std::any_of(kMonthBeginnings.begin(), kMonthBeginnings.end(), [&](std::string_view month) {
    return equal_without_case(text.substr(0, 3), month);
  });
}

std::vector<std::string> make_formats() {
  std::vector<std::string> formats;
  for (const std::string_view date : kDates) {
    if (date.find('H') != std::string_view::npos) {
      formats.emplace_back(date);
      continue;
    }
    for (const std::string_view time : kTimes) formats.push_back(fmt::format("{}{}", date, time));
  }
  return formats;
}

const std::vector<std::string>& known_formats() {
  static const std::vector<std::string> formats = make_formats();
  return formats;
}

/// The cheap look that most cells fail: a digit or a month's name first, a digit somewhere.
bool may_be_date(std::string_view text) noexcept {
  if (text.size() < 6 || text.size() > 40 || std::none_of(text.begin(), text.end(), is_digit)) {
    return false;
  }
  return is_digit(text.front()) || begins_with_month(text);
}

bool fits_all(std::span<const std::string> texts, std::string_view format) {
  return std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return parse_datetime(text, format).has_value();
  });
}

/// The format with day and month the other way round, or nothing.
std::string twin_of(std::string_view format) {
  for (const auto& [first, second] : kTwins) {
    if (format.starts_with(first)) return fmt::format("{}{}", second, format.substr(first.size()));
  }
  return {};
}

std::vector<const std::string*> formats_of_any(std::span<const std::string> texts) {
  std::vector<const std::string*> result;
  const std::size_t n_looked_at = std::min<std::size_t>(texts.size(), 20);
  for (const std::string& format : known_formats()) {
    const auto head = texts.first(n_looked_at);
    if (std::any_of(head.begin(), head.end(), [&](const std::string& text) {
          return parse_datetime(text, format).has_value();
        })) {
      result.push_back(&format);
    }
  }
  return result;
}

}  // namespace

DatetimeDetection detect_datetime(std::span<const std::string> texts) {
  DatetimeDetection best;
  for (const std::string* format : formats_of_any(texts)) {
    const auto n = static_cast<std::size_t>(std::count_if(
        texts.begin(), texts.end(),
        [&](const std::string& text) { return parse_datetime(text, *format).has_value(); }));
    if (n > best.n_matching) {
      best.format = *format;
      best.n_matching = n;
    }
    if (best.n_matching == texts.size()) break;
  }
  const std::string twin = twin_of(best.format);
  best.ambiguous = best.n_matching == texts.size() && !twin.empty() && fits_all(texts, twin);
  if (best.ambiguous) best.other_format = twin;
  return best;
}

bool looks_like_datetime(std::string_view text) noexcept {
  if (!may_be_date(text)) return false;
  const auto& formats = known_formats();
  return std::any_of(formats.begin(), formats.end(), [&](const std::string& format) {
    return parse_datetime(text, format).has_value();
  });
}

}  // namespace mlops::data
