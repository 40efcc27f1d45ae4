#include "observe/day_clusters.hpp"

#include <algorithm>
#include <numeric>

namespace mlops::observe {
namespace {

constexpr std::size_t kDaysToBeStuck = 7;
constexpr double kStuck = 0.1;      // of the reference's chance to differ, over all days together
constexpr double kDrawnAnew = 0.5;  // of it, within a day

/// The chance that two rows differ; nothing is known of fewer than two: 1.
double chance_to_differ(std::span<const std::uint64_t> counts) {
  const auto n =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{}));
  if (n < 2) return 1;
  double alike = 0;
  for (const std::uint64_t count : counts)
    alike += static_cast<double>(count) * (static_cast<double>(count) - 1);
  return 1 - alike / (n * (n - 1));
}

std::vector<std::uint64_t> sum_of(std::span<const std::vector<std::uint64_t>> days) {
  std::vector<std::uint64_t> sum;
  for (const auto& day : days) {
    sum.resize(std::max(sum.size(), day.size()), 0);
    for (std::size_t bin = 0; bin < day.size(); ++bin) sum[bin] += day[bin];
  }
  return sum;
}

}  // namespace

double intraclass_correlation(std::span<const std::vector<std::uint64_t>> days,
                              std::span<const double> shares) {
  double reference = 1;
  for (const double share : shares) reference -= share * share;
  if (days.empty() || shares.empty() || reference <= 0) return 0;
  if (days.size() >= kDaysToBeStuck && chance_to_differ(sum_of(days)) < kStuck * reference)
    return 0;
  double within = 0;
  for (const auto& day : days) within += chance_to_differ(day);
  within /= static_cast<double>(days.size());
  return std::max(0.0, 1 - within / (kDrawnAnew * reference));
}

}  // namespace mlops::observe
