#include "serve/counters.hpp"

#include <algorithm>

namespace mlops::serve {

void DurationHistogram::add(double seconds) noexcept {
  const auto bucket = std::lower_bound(kBucketSeconds.begin(), kBucketSeconds.end(), seconds);
  counts_[static_cast<std::size_t>(bucket - kBucketSeconds.begin())].fetch_add(
      1, std::memory_order_relaxed);
  sum_nanoseconds_.fetch_add(static_cast<std::uint64_t>(seconds * 1e9), std::memory_order_relaxed);
}

std::array<std::uint64_t, 20> DurationHistogram::counts() const noexcept {
  std::array<std::uint64_t, 20> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i)
    counts[i] = counts_[i].load(std::memory_order_relaxed);
  return counts;
}

double DurationHistogram::sum_seconds() const noexcept {
  return static_cast<double>(sum_nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
}

void RouteCounters::add(int status, double seconds) noexcept {
  if (status >= 100 && status < 600)
    by_status[static_cast<std::size_t>(status - 100)].fetch_add(1, std::memory_order_relaxed);
  duration.add(seconds);
}

VersionCounters& ModelCounters::of(std::uint32_t version, observe::Role role) {
  const std::lock_guard lock(mutex_);
  return versions_[{version, role}];
}

std::vector<ModelCounters::VersionCount> ModelCounters::versions() const {
  const std::lock_guard lock(mutex_);
  std::vector<VersionCount> counts;
  for (const auto& [key, counters] : versions_)
    counts.push_back({key.first, key.second, counters.predictions.load()});
  return counts;
}

}  // namespace mlops::serve
