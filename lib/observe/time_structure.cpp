#include "observe/time_structure.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace mlops::observe {
namespace {

constexpr std::size_t kLeastSteps = 7;
constexpr double kMadOfNormal = 0.67449;  // Phi^-1(3/4)
constexpr double kMedianOfChiSquare1 = 0.4549;
constexpr std::size_t kLongestStep = 3;  // days over which a wandering mean is compared
// By simulation (docs/statistics.md, "Time structure"): what an excess known from a month at most
// is raised by, how far a sum of wandering days may go beyond that of independent ones, and how
// little two days a week apart differ where the week repeats.
constexpr std::size_t kWeek = 7;
constexpr double kExcessSlack = 1.2;
constexpr double kLargestPersistence = 6;
constexpr double kWeeklyPart = 0.5;

/// Mean of n chi-square(1) values without the largest one (two from 14 on); simulated.
double trimmed_mean_divisor(std::size_t n) {
  if (n < 10) return 0.60;
  if (n < 14) return 0.68;
  if (n < 20) return 0.60;
  return 0.72;
}

}  // namespace

double median(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

std::vector<double> squared_steps(std::span<const PeriodMean> periods, double deviation,
                                  std::size_t lag) {
  std::vector<double> steps;
  for (std::size_t b = lag; b < periods.size(); ++b) {
    const double step = periods[b].mean - periods[b - lag].mean;
    steps.push_back(step * step /
                    (deviation * deviation * (1 / periods[b].n + 1 / periods[b - lag].n)));
  }
  return steps;
}

double overdispersion_of_steps(std::span<const double> steps) {
  assert(steps.size() >= kLeastSteps);
  const std::size_t n_dropped = steps.size() < 14 ? 1 : 2;
  std::vector<double> sorted(steps.begin(), steps.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.resize(sorted.size() - n_dropped);
  const double mean =
      std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
  return mean / trimmed_mean_divisor(steps.size());
}

double overdispersion_of_means(std::span<const PeriodMean> periods, double deviation) {
  if (periods.size() < kLeastSteps + 1) return 1;
  std::vector<double> values;
  for (const PeriodMean& period : periods) values.push_back(period.mean);
  const double middle = median(values);
  for (double& value : values) value = std::abs(value - middle);
  const double spread = median(values) / kMadOfNormal;
  return spread * spread / (deviation * deviation / periods.back().n);
}

double overdispersion_of_days(std::span<const PeriodMean> days, double deviation) {
  if (days.size() < kLeastSteps + 1) return 1;
  return std::max({1.0, overdispersion_of_steps(squared_steps(days, deviation)),
                   overdispersion_of_means(days, deviation)});
}

double persistent_excess(std::span<const PeriodMean> days, double deviation) {
  const auto excess = [&](std::size_t lag) -> std::optional<double> {
    const std::vector<double> steps = squared_steps(days, deviation, lag);
    if (steps.size() < kLeastSteps) return std::nullopt;
    return std::max(0.0, overdispersion_of_steps(steps) - 1);
  };
  const double unordered = overdispersion_of_days(days, deviation) - 1;
  double largest = unordered;
  for (std::size_t lag = 2; lag <= kLongestStep; ++lag)
    largest = std::max(largest, excess(lag).value_or(0));
  const std::optional<double> over_a_week = excess(kWeek);
  if (largest == 0 || (over_a_week && *over_a_week < kWeeklyPart * largest)) return unordered;
  const double error = std::sqrt(2 / static_cast<double>(days.size() - 1));
  const double correlation = std::max(0.0, 1 - excess(1).value_or(0) / largest - 0.5 * error);
  return largest * std::min((1 + correlation) / (1 - correlation), kLargestPersistence);
}

double day_overdispersion(std::span<const PeriodMean> days, double n, double tau,
                          double deviation) {
  if (days.size() < kLeastSteps + 1) return 1 + n * tau * tau / (deviation * deviation);
  std::vector<double> rows;
  for (const PeriodMean& day : days) rows.push_back(day.n);
  return 1 + kExcessSlack * persistent_excess(days, deviation) * std::max(1.0, n / median(rows));
}

double hour_overdispersion(std::span<const double> steps) {
  if (steps.size() < kLeastSteps) return 1;
  return std::max(1.0, median({steps.begin(), steps.end()}) / kMedianOfChiSquare1);
}

std::optional<double> cycle_statistic(std::span<const PeriodMean> hours, double deviation) {
  if (hours.size() < 2) return std::nullopt;
  double n = 0;
  double mean = 0;
  for (const PeriodMean& hour : hours) n += hour.n;
  for (const PeriodMean& hour : hours) mean += hour.mean * hour.n / n;
  double sum = 0;
  for (const PeriodMean& hour : hours) sum += hour.n * (hour.mean - mean) * (hour.mean - mean);
  return sum / (deviation * deviation) / static_cast<double>(hours.size() - 1);
}

}  // namespace mlops::observe
