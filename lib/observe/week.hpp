// What the hours of the last week say of a score: how much hours differ within a day and between
// days. From it follow the mode of a detector and the limit of its jump detector.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "observe/time_structure.hpp"

namespace mlops::observe {

inline constexpr std::int64_t kHoursPerDay = 24;
inline constexpr std::int64_t kDaysPerWeek = 7;

/// The mean score of every stream of a quantity in one closed hour with rows.
struct HourMeans {
  std::int64_t hour = 0;  ///< since the epoch
  double n = 0;
  std::vector<double> mean;
};

/// One stream's mean in one hour.
struct HourMean {
  std::int64_t hour = 0;
  PeriodMean mean;
};

/// The hours of the seven days that end with the latest one. Requires: ascending hours.
[[nodiscard]] std::span<const HourMeans> last_week(std::span<const HourMeans> hours);

[[nodiscard]] std::vector<HourMean> of_stream(std::span<const HourMeans> week, std::size_t stream);

/// The hours of each day (UTC). Requires: ascending hours.
[[nodiscard]] std::vector<std::span<const HourMean>> days_of(std::span<const HourMean> hours);
/// 0 to 23 (UTC) of an hour since the epoch.
[[nodiscard]] std::size_t hour_of_day(std::int64_t hour) noexcept;

/// Overdispersion of hours (time_structure.hpp), of those with rows enough to say.
[[nodiscard]] double overdispersion_of_hours(std::span<const HourMean> week, double deviation);

/// The swing of a score: 1.25 times how far the highest hour of the day lies above the whole, and
/// twice how far the farthest day lies from it. 0 without hours.
[[nodiscard]] double measured_swing(std::span<const HourMean> week);

/// Of one number for each of some days. The largest is left out: one odd day is a holiday, or the
/// change that is to be found.
struct DayStatistics {
  double median = 0;
  double second_largest = 0;
};
/// Requires: at least two days.
[[nodiscard]] DayStatistics statistics_of(std::vector<double> days);

/// How much the hours of each day differ (cycle_statistic); nothing where not two days have two
/// hours.
[[nodiscard]] std::optional<DayStatistics> cycles_of_days(std::span<const HourMean> week,
                                                          double deviation);

/// How much the hours of the day differ over the whole week, as `cycle_statistic`: what returns
/// every day stands out more than on one day. Nothing for fewer than two hours of the day.
[[nodiscard]] std::optional<double> weekly_cycle(std::span<const HourMean> week, double deviation);

}  // namespace mlops::observe
