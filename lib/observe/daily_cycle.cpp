#include "observe/daily_cycle.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::observe {
namespace {

constexpr std::size_t kLeastDays = 6;
constexpr double kLeastFactor = 0.05;  // of a bet on an hour that lies far below its day

/// An hour's distance from the mean of its day.
struct HourOff {
  std::size_t hour = 0;  ///< of the day
  double off = 0;
  double n = 0;
};

/// The hours of one day from their mean.
std::vector<HourOff> offs_of(std::span<const HourMean> day) {
  double n = 0;
  double sum = 0;
  for (const HourMean& hour : day) {
    n += hour.mean.n;
    sum += hour.mean.n * hour.mean.mean;
  }
  std::vector<HourOff> offs;
  for (const HourMean& hour : day)
    offs.push_back({hour_of_day(hour.hour), hour.mean.mean - sum / n, hour.mean.n});
  return offs;
}

std::vector<std::vector<HourOff>> offs_by_day(std::span<const HourMean> week) {
  std::vector<std::vector<HourOff>> days;
  for (const std::span<const HourMean> day : days_of(week)) days.push_back(offs_of(day));
  return days;
}

/// Sums over days by hour of the day.
struct Sums {
  std::vector<double> off = std::vector<double>(kHoursPerDay, 0.0);
  std::vector<double> rows = std::vector<double>(kHoursPerDay, 0.0);

  void add(const std::vector<HourOff>& day, double sign) {
    for (const HourOff& hour : day) {
      off[hour.hour] += sign * hour.n * hour.off;
      rows[hour.hour] += sign * hour.n;
    }
  }
};

/// How a day lies off `others`; nothing where fewer than two hours can be compared.
std::optional<double> distance_from(const Sums& others, const std::vector<HourOff>& day,
                                    double deviation) {
  double sum = 0;
  double n_hours = 0;
  for (const HourOff& hour : day) {
    const double rows = others.rows[hour.hour];
    if (rows < 0.5) continue;
    const double distance = hour.off - others.off[hour.hour] / rows;
    sum += distance * distance / (deviation * deviation * (1 / hour.n + 1 / rows));
    ++n_hours;
  }
  if (n_hours < 2) return std::nullopt;
  return sum / (n_hours - 1);
}

}  // namespace

PerBet DailyCycle::without(const PerBet& log_evidence, const PerBet& bets, std::int64_t hour,
                           double n, double before) const {
  if (off.empty()) return log_evidence;
  PerBet left{};
  const std::size_t of_day = hour_of_day(hour);
  if (rows[of_day] == 0) return left;
  const double distance = off[of_day];
  const double error = 1 + (before + n) / static_cast<double>(rows[of_day]);
  for (std::size_t j = 0; j < left.size(); ++j) {
    const double factor = std::max(1 + bets[j] * distance, kLeastFactor);
    left[j] = (log_evidence[j] - n * std::log(factor)) / error;
  }
  return left;
}

DailyCycle cycle_of(std::span<const HourMean> week) {
  Sums sums;
  for (const std::vector<HourOff>& day : offs_by_day(week)) sums.add(day, 1);
  DailyCycle cycle;
  for (std::size_t hour = 0; hour < sums.off.size(); ++hour) {
    const double rows = sums.rows[hour];
    cycle.off.push_back(static_cast<float>(rows > 0 ? sums.off[hour] / rows : 0));
    cycle.rows.push_back(static_cast<float>(rows));
  }
  return cycle;
}

std::vector<HourMean> without_cycle(std::span<const HourMean> week, const DailyCycle& cycle) {
  std::vector<HourMean> left(week.begin(), week.end());
  if (cycle.off.empty()) return left;
  for (HourMean& hour : left)
    hour.mean.mean -= static_cast<double>(cycle.off[hour_of_day(hour.hour)]);
  return left;
}

std::optional<DayStatistics> fit_of_cycle(std::span<const HourMean> week, double deviation) {
  const std::vector<std::vector<HourOff>> days = offs_by_day(week);
  Sums sums;
  for (const std::vector<HourOff>& day : days) sums.add(day, 1);
  std::vector<double> distances;
  for (const std::vector<HourOff>& day : days) {
    Sums others = sums;
    others.add(day, -1);
    if (const auto distance = distance_from(others, day, deviation)) distances.push_back(*distance);
  }
  if (distances.size() < kLeastDays) return std::nullopt;
  return statistics_of(std::move(distances));
}

}  // namespace mlops::observe
