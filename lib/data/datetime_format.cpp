#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "data/datetime.hpp"
#include "data/number_text.hpp"

namespace mlops::data {
namespace {

constexpr double kSecondsPerDay = 86400;
/// Beyond this the calendar of std::chrono ends (year 32767).
constexpr double kMostSeconds = 1e7 * kSecondsPerDay;

/// A moment taken apart.
struct Calendar {
  std::chrono::year_month_day date;
  int hour = 0;
  int minute = 0;
  double second = 0;
};

Calendar calendar_of(double moment) {
  using namespace std::chrono;
  const double day_number = std::floor(moment / kSecondsPerDay);
  const double of_day = moment - day_number * kSecondsPerDay;
  const int minute_of_day = static_cast<int>(of_day / 60);
  return {year_month_day{sys_days{days{static_cast<int>(day_number)}}}, minute_of_day / 60,
          minute_of_day % 60, of_day - minute_of_day * 60.0};
}

std::string seconds_text(double second) {
  return second == std::floor(second) ? fmt::format("{:02.0f}", second)
                                      : fmt::format("{:09.6f}", second);
}

std::string part_text(char code, const Calendar& at) {
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const int year = static_cast<int>(at.date.year());
  const unsigned month = static_cast<unsigned>(at.date.month());
  switch (code) {
    case 'Y':
      return fmt::format("{:04}", year);
    case 'y':
      return fmt::format("{:02}", year % 100);
    case 'm':
      return fmt::format("{:02}", month);
    case 'd':
      return fmt::format("{:02}", static_cast<unsigned>(at.date.day()));
    case 'b':
      return kMonths[month - 1];
    case 'H':
      return fmt::format("{:02}", at.hour);
    case 'I':
      return fmt::format("{:02}", (at.hour + 11) % 12 + 1);
    case 'M':
      return fmt::format("{:02}", at.minute);
    case 'S':
      return seconds_text(at.second);
    case 'p':
      return at.hour < 12 ? "AM" : "PM";
    default:
      return {};
  }
}

}  // namespace

std::string format_datetime(double seconds, std::string_view format) {
  if (format == kEpochFormat || std::fabs(seconds) > kMostSeconds) return number_as_text(seconds);
  const Calendar at = calendar_of(seconds);
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size()) {
      text += part_text(format[++i], at);
    } else {
      text += format[i];
    }
  }
  return text;
}

}  // namespace mlops::data
