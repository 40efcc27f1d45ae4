#include "observe/day_clusters.hpp"

#include <algorithm>

#include "observe/counts.hpp"

namespace mlops::observe {
namespace {

constexpr double kRowsOfRun = 4;
constexpr std::size_t kDaysToBeStuck = 7;
constexpr double kStuck = 0.1;      // of the reference's chance to differ, over all days together
constexpr double kDrawnAnew = 0.5;  // of it, within a day

/// The chance that two rows differ; nothing is known of fewer than two: 1.
double chance_to_differ(std::span<const std::uint64_t> counts) {
  const double n = total(counts);
  if (n < 2) return 1;
  double alike = 0;
  for (const std::uint64_t count : counts)
    alike += static_cast<double>(count) * (static_cast<double>(count) - 1);
  return 1 - alike / (n * (n - 1));
}

std::vector<std::uint64_t> sum_of(std::span<const std::vector<std::uint64_t>> days) {
  std::vector<std::uint64_t> sum;
  for (const auto& day : days) add_counts(day, sum);
  return sum;
}

double correlation(double within, double reference) {
  return std::max(0.0, 1 - within / (kDrawnAnew * reference));
}

}  // namespace

void RunsOfRows::add_hour(std::span<const std::uint64_t> counts) {
  add_counts(counts, open);
  if (total(open) < kRowsOfRun) return;
  ++n_closed;
  differing += chance_to_differ(open);
  open.clear();
}

double intraclass_correlation(std::span<const std::vector<std::uint64_t>> days,
                              const RunsOfRows& runs, std::span<const double> shares) {
  double reference = 1;
  for (const double share : shares) reference -= share * share;
  if (days.empty() || shares.empty() || reference <= 0) return 0;
  if (days.size() >= kDaysToBeStuck && chance_to_differ(sum_of(days)) < kStuck * reference)
    return 0;
  double within = 0;
  for (const auto& day : days) within += chance_to_differ(day);
  const double of_days = correlation(within / static_cast<double>(days.size()), reference);
  const double of_runs =
      runs.n_closed > 0 ? correlation(runs.differing / runs.n_closed, reference) : 0;
  return std::max(of_days, of_runs);
}

}  // namespace mlops::observe
