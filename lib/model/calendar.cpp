#include "model/calendar.hpp"

#include <chrono>
#include <cmath>
#include <limits>

namespace mlops::model {
namespace {

constexpr double kSecondsPerDay = 86400.0;
constexpr double kSecondsPerHour = 3600.0;
constexpr double kLargestSeconds = 2.5e11;  // within +-9999 years of 1970, and of chrono's range

}  // namespace

double calendar_part(double seconds, CellSource source, double origin_seconds) noexcept {
  namespace chrono = std::chrono;
  if (source == CellSource::cell) return seconds;
  if (!(std::abs(seconds) <= kLargestSeconds)) return std::numeric_limits<double>::quiet_NaN();
  if (source == CellSource::elapsed_days) return (seconds - origin_seconds) / kSecondsPerDay;
  const double whole_days = std::floor(seconds / kSecondsPerDay);
  const chrono::sys_days day{chrono::days{static_cast<int>(whole_days)}};
  const chrono::year_month_day date{day};
  switch (source) {
    case CellSource::year:
      return static_cast<int>(date.year());
    case CellSource::month:
      return static_cast<unsigned>(date.month());
    case CellSource::day:
      return static_cast<unsigned>(date.day());
    case CellSource::weekday:
      return chrono::weekday{day}.iso_encoding() - 1;
    case CellSource::hour:
      return (seconds - whole_days * kSecondsPerDay) / kSecondsPerHour;
    case CellSource::day_of_year:
      return static_cast<double>(
          (day - chrono::sys_days{date.year() / chrono::January / 1}).count());
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

std::string_view to_string(CellSource source) noexcept {
  switch (source) {
    case CellSource::cell:
      return "";
    case CellSource::year:
      return "year";
    case CellSource::month:
      return "month";
    case CellSource::day:
      return "day";
    case CellSource::weekday:
      return "weekday";
    case CellSource::hour:
      return "hour";
    case CellSource::day_of_year:
      return "day_of_year";
    case CellSource::elapsed_days:
      return "elapsed_days";
  }
  return "";
}

}  // namespace mlops::model
