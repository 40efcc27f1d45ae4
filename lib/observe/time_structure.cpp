#include "observe/time_structure.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace mlops::observe {
namespace {

constexpr std::size_t kLeastSteps = 7;
constexpr double kMedianOfChiSquare1 = 0.4549;
// Relative standard error of the median of n squared steps, times sqrt(n): 0.5 / (density at the
// median) / median = 2.33, by simulation 2.6 where neighbours share a period.
constexpr double kErrorOfMedian = 2.6;

}  // namespace

double median(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

std::vector<double> squared_steps(std::span<const PeriodMean> periods, double deviation) {
  std::vector<double> steps;
  for (std::size_t b = 1; b < periods.size(); ++b) {
    const double step = periods[b].mean - periods[b - 1].mean;
    steps.push_back(step * step /
                    (deviation * deviation * (1 / periods[b].n + 1 / periods[b - 1].n)));
  }
  return steps;
}

double hour_overdispersion(std::span<const double> steps) {
  if (steps.size() < kLeastSteps) return 1;
  const double chance = 1 + kErrorOfMedian / std::sqrt(static_cast<double>(steps.size()));
  return std::max(1.0, median({steps.begin(), steps.end()}) / kMedianOfChiSquare1 / chance);
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
