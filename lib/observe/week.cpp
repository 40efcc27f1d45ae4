#include "observe/week.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <functional>
#include <utility>

namespace mlops::observe {
namespace {

/// Hours with fewer rows say nothing about overdispersion.
constexpr double kLeastRowsOfHour = 20;
// The jump detector's limit is raised by this much of the swings seen within days, between days.
constexpr double kSwingWithinDays = 1.25;
constexpr double kSwingBetweenDays = 2;

/// Rows pooled over some hours.
struct Pool {
  double n = 0;
  double sum = 0;
  void add(const PeriodMean& period) {
    n += period.n;
    sum += period.n * period.mean;
  }
  [[nodiscard]] double mean() const { return sum / n; }
};

}  // namespace

std::vector<HourMean> of_stream(std::span<const HourMeans> week, std::size_t stream) {
  std::vector<HourMean> means;
  means.reserve(week.size());
  for (const HourMeans& hour : week) means.push_back({hour.hour, {hour.mean[stream], hour.n}});
  return means;
}

std::vector<std::span<const HourMean>> days_of(std::span<const HourMean> hours) {
  std::vector<std::span<const HourMean>> days;
  while (!hours.empty()) {
    const std::int64_t day = hours.front().hour / kHoursPerDay;
    const auto end = std::find_if(hours.begin(), hours.end(), [day](const HourMean& hour) {
      return hour.hour / kHoursPerDay != day;
    });
    days.push_back(hours.first(static_cast<std::size_t>(end - hours.begin())));
    hours = hours.subspan(days.back().size());
  }
  return days;
}

std::size_t hour_of_day(std::int64_t hour) noexcept {
  return static_cast<std::size_t>(hour % kHoursPerDay);
}

double overdispersion_of_hours(std::span<const HourMean> week, double deviation) {
  std::vector<PeriodMean> periods;
  for (const HourMean& hour : week)
    if (hour.mean.n >= kLeastRowsOfHour) periods.push_back(hour.mean);
  return hour_overdispersion(squared_steps(periods, deviation));
}

std::span<const HourMeans> last_week(std::span<const HourMeans> hours) {
  if (hours.empty()) return hours;
  const std::int64_t first = (hours.back().hour / kHoursPerDay - kDaysPerWeek + 1) * kHoursPerDay;
  const auto begin = std::find_if(hours.begin(), hours.end(),
                                  [first](const HourMeans& h) { return h.hour >= first; });
  return hours.subspan(static_cast<std::size_t>(begin - hours.begin()));
}

double measured_swing(std::span<const HourMean> week) {
  if (week.empty()) return 0;
  Pool all;
  std::array<Pool, kDaysPerWeek> by_day;
  std::array<Pool, kHoursPerDay> by_hour_of_day;
  const std::int64_t last_day = week.back().hour / kHoursPerDay;
  for (const HourMean& hour : week) {
    all.add(hour.mean);
    by_day[static_cast<std::size_t>(last_day - hour.hour / kHoursPerDay)].add(hour.mean);
    by_hour_of_day[hour_of_day(hour.hour)].add(hour.mean);
  }
  double within = 0;
  double between = 0;
  for (const Pool& pool : by_hour_of_day)
    if (pool.n > 0) within = std::max(within, pool.mean() - all.mean());
  for (const Pool& pool : by_day)
    if (pool.n > 0) between = std::max(between, std::abs(pool.mean() - all.mean()));
  return kSwingWithinDays * within + kSwingBetweenDays * between;
}

std::optional<double> weekly_cycle(std::span<const HourMean> week, double deviation) {
  std::array<Pool, kHoursPerDay> by_hour_of_day;
  for (const HourMean& hour : week) by_hour_of_day[hour_of_day(hour.hour)].add(hour.mean);
  std::vector<PeriodMean> means;
  for (const Pool& pool : by_hour_of_day)
    if (pool.n > 0) means.push_back({pool.mean(), pool.n});
  return cycle_statistic(means, deviation);
}

DayStatistics statistics_of(std::vector<double> days) {
  assert(days.size() >= 2);
  std::nth_element(days.begin(), days.begin() + 1, days.end(), std::greater<>());
  const double second = days[1];
  return {median(std::move(days)), second};
}

std::optional<DayStatistics> cycles_of_days(std::span<const HourMean> week, double deviation) {
  std::vector<double> statistics;
  for (const std::span<const HourMean> day : days_of(week)) {
    std::vector<PeriodMean> hours;
    for (const HourMean& hour : day) hours.push_back(hour.mean);
    if (const auto x = cycle_statistic(hours, deviation)) statistics.push_back(*x);
  }
  if (statistics.size() < 2) return std::nullopt;
  return statistics_of(std::move(statistics));
}

}  // namespace mlops::observe
