#include "render/numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "render/style.hpp"

namespace mlops::render {
namespace {

constexpr std::string_view kUndefined = "-";

/// Puts a comma before every third digit of the whole part.
std::string with_separators(std::string number) {
  const std::size_t first = number.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(number.find('.'), number.size());
  for (std::size_t i = point; i > first + 3;) {
    i -= 3;
    number.insert(i, ",");
  }
  return number;
}

/// Decimals that leave a score about four figures.
int decimals_for(double magnitude) {
  if (magnitude < 10) return 3;
  if (magnitude < 100) return 2;
  return magnitude < 1000 ? 1 : 0;
}

std::string with_decimals(double value, int decimals, const Capabilities& capabilities) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  return capabilities.terminal ? with_separators(std::move(text)) : text;
}

/// Both minus signs are the same number; the longer one reads better beside a plus.
std::string with_typographic_minus(std::string text, const Capabilities& capabilities) {
  if (!capabilities.terminal || !text.starts_with('-')) return text;
  return std::string(glyphs(capabilities).minus) + text.substr(1);
}

struct DateTime {
  int year, month, day, hour, minute, second;
};

/// Civil date from days since the epoch. Source: Hinnant, "chrono-compatible low-level date
/// algorithms", civil_from_days.
DateTime civil(std::int64_t seconds) {
  constexpr std::int64_t kDay = 86400;
  const std::int64_t days = (seconds >= 0 ? seconds : seconds - kDay + 1) / kDay;
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t of_era = shifted - era * 146097;
  const std::int64_t year_of_era =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t rest = seconds - days * kDay;
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
          static_cast<int>(month),
          static_cast<int>(of_year - (153 * shifted_month + 2) / 5 + 1),
          static_cast<int>(rest / 3600),
          static_cast<int>(rest / 60 % 60),
          static_cast<int>(rest % 60)};
}

DateTime local_time(Timestamp time, const Capabilities& capabilities) {
  constexpr std::int64_t kSecondsPerMinute = 60;
  const std::int64_t offset = capabilities.utc_offset_minutes * kSecondsPerMinute;
  const std::int64_t micros = time.micros;
  const std::int64_t seconds =
      (micros >= 0 ? micros : micros - kMicrosPerSecond + 1) / kMicrosPerSecond;
  return civil(seconds + offset);
}

}  // namespace

std::string count_text(std::uint64_t count, const Capabilities& capabilities) {
  const std::string text = fmt::format("{}", count);
  return capabilities.terminal ? with_separators(text) : text;
}

std::string score_text(double value, const Capabilities& capabilities) {
  if (!std::isfinite(value)) return std::string(kUndefined);
  if (value == 0) value = 0;  // not "-0.000"
  const double magnitude = std::fabs(value);
  constexpr double kTiny = 0.001;
  constexpr double kHuge = 1e9;
  std::string text = (magnitude > 0 && magnitude < kTiny) || magnitude >= kHuge
                         ? fmt::format("{:.2g}", value)
                         : with_decimals(value, decimals_for(magnitude), capabilities);
  return with_typographic_minus(std::move(text), capabilities);
}

std::string rate_text(double per_minute, const Capabilities& capabilities) {
  if (!std::isfinite(per_minute)) return std::string(kUndefined);
  constexpr double kWholeFrom = 10;
  if (per_minute >= kWholeFrom) return with_decimals(per_minute, 0, capabilities);
  return fmt::format("{}", std::round(per_minute * 100) / 100);
}

std::string signed_score_text(double value, const Capabilities& capabilities) {
  const std::string text = score_text(value, capabilities);
  return std::isfinite(value) && value >= 0 ? "+" + text : text;
}

std::string percent_text(double share) {
  if (!std::isfinite(share)) return std::string(kUndefined);
  const double percent = share * 100;
  if (percent == std::round(percent)) return fmt::format("{:.0f} %", percent);
  return fmt::format("{:.{}f} %", percent, std::fabs(percent) < 1 ? 2 : 1);
}

std::string interval_text(double lower, double upper, const Capabilities& capabilities) {
  return fmt::format("{}{}{}", score_text(lower, capabilities), glyphs(capabilities).dash,
                     score_text(upper, capabilities));
}

std::string metric_sentence(const data::MetricValue& metric, const Capabilities& capabilities) {
  const std::string n = count_text(metric.n, capabilities);
  std::string text =
      fmt::format("{} {}", data::to_string(metric.metric), score_text(metric.value, capabilities));
  if (!std::isfinite(metric.lower) || !std::isfinite(metric.upper)) {
    return text + fmt::format(" (n {})", n);
  }
  return text + fmt::format(" (95 % {}, n {})",
                            interval_text(metric.lower, metric.upper, capabilities), n);
}

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::string(kUndefined);
  if (seconds == 0) return "0 s";
  if (seconds < 1e-3) return fmt::format("{:.3g} us", seconds * 1e6);
  if (seconds < 0.1) return fmt::format("{:.3g} ms", seconds * 1e3);
  if (seconds < 59.95) return fmt::format("{:.{}f} s", seconds, seconds < 0.995 ? 2 : 1);
  const auto whole = static_cast<std::int64_t>(std::llround(std::min(seconds, 1e15)));
  if (whole < 3600) {
    return whole % 60 == 0 ? fmt::format("{} min", whole / 60)
                           : fmt::format("{} min {} s", whole / 60, whole % 60);
  }
  if (whole < 86400) {
    return whole / 60 % 60 == 0 ? fmt::format("{} h", whole / 3600)
                                : fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
  }
  return whole / 3600 % 24 == 0 ? fmt::format("{} d", whole / 86400)
                                : fmt::format("{} d {} h", whole / 86400, whole / 3600 % 24);
}

std::string age_text(Timestamp since, Timestamp now) {
  constexpr std::int64_t kMinute = 60;
  const std::int64_t seconds = (now.micros - since.micros) / kMicrosPerSecond;
  if (seconds < 1) return "just now";
  return seconds < kMinute ? fmt::format("{} s", seconds)
                           : duration_text(static_cast<double>(seconds));
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"bytes", "kB", "MB", "GB", "TB"};
  constexpr double kStep = 1000;
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= kStep && unit + 1 < kUnits.size()) {
    value /= kStep;
    ++unit;
  }
  const int decimals = unit > 0 && value < 100 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, kUnits[unit]);
}

std::string time_text(Timestamp time, const Capabilities& capabilities) {
  if (!capabilities.terminal) return to_rfc3339(time);
  const DateTime local = local_time(time, capabilities);
  return fmt::format("{:02}:{:02}:{:02}", local.hour, local.minute, local.second);
}

std::string hour_text(Timestamp time, const Capabilities& capabilities) {
  const DateTime local = local_time(time, capabilities);
  return fmt::format("{:02}:{:02}", local.hour, local.minute);
}

std::string date_time_text(Timestamp time, const Capabilities& capabilities) {
  if (!capabilities.terminal) return to_rfc3339(time);
  const DateTime local = local_time(time, capabilities);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", local.year, local.month, local.day,
                     local.hour, local.minute);
}

std::string moment_text(Timestamp time, Timestamp now, const Capabilities& capabilities) {
  if (!capabilities.terminal) return to_rfc3339(time);
  const DateTime then = local_time(time, capabilities);
  const DateTime today = local_time(now, capabilities);
  const std::string clock = fmt::format("{:02}:{:02}", then.hour, then.minute);
  if (then.year != today.year) return date_time_text(time, capabilities);
  if (then.month == today.month && then.day == today.day) return clock;
  return fmt::format("{:02}-{:02} {}", then.month, then.day, clock);
}

std::string utc_text(Timestamp time) {
  return date_time_text(time, {.terminal = true}) + " UTC";
}

std::string zone_text(const Capabilities& capabilities) {
  const int offset = capabilities.utc_offset_minutes;
  if (offset == 0) return "UTC";
  const int magnitude = std::abs(offset);
  std::string text = fmt::format("UTC{}{}", offset < 0 ? '-' : '+', magnitude / 60);
  return magnitude % 60 == 0 ? text : text + fmt::format(":{:02}", magnitude % 60);
}

}  // namespace mlops::render
