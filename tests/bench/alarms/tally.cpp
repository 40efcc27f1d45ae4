#include "bench/alarms/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mlops::bench {

void Tally::add(double alarms) {
  n_runs_ += 1;
  n_alarms_ += alarms;
  n_squared_ += alarms * alarms;
}

std::string Tally::text(double scale) const {
  if (n_alarms_ == 0) return fmt::format("0 (<{:.2g})", scale * 3 / n_runs_);
  const double variance = std::max(n_squared_ / n_runs_ - mean() * mean(), 0.0);
  return fmt::format("{:.2g} ±{:.1g}", scale * mean(), scale * 2 * std::sqrt(variance / n_runs_));
}

void Delays::add(double days) {
  constexpr double kMissed = 30;
  ++n_runs_;
  if (days <= kMissed) days_.push_back(days);
}

std::string Delays::text() const {
  if (days_.empty()) return "never";
  std::vector<double> sorted = days_;
  std::sort(sorted.begin(), sorted.end());
  const double hit = static_cast<double>(sorted.size()) / static_cast<double>(n_runs_);
  const std::string median =
      sorted.size() > n_runs_ / 2 ? fmt::format("{:.2g}", sorted[n_runs_ / 2]) : "-";
  return hit > 0.995 ? median : fmt::format("{} ({:.0f} %)", median, 100 * hit);
}

double upper_quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>((1 - share) * static_cast<double>(values.size()));
  return values[std::min(rank, values.size() - 1)];
}

}  // namespace mlops::bench
