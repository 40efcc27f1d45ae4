// What the server counts about itself, for /metrics and the event stream. Atomics that any thread
// adds to without waiting.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "observe/store.hpp"

namespace mlops::serve {

/// Durations in buckets of Prometheus's histogram form: bucket i counts durations up to
/// kBucketSeconds[i], the last one all longer ones.
class DurationHistogram {
 public:
  static constexpr std::array<double, 19> kBucketSeconds = {
      10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3,
      25e-3, 50e-3, 0.1,   0.25,   0.5,    1.0,    2.5,  5.0,    10.0};

  void add(double seconds) noexcept;
  /// Counts per bucket, not cumulated; the last one beyond the table.
  [[nodiscard]] std::array<std::uint64_t, 20> counts() const noexcept;
  [[nodiscard]] double sum_seconds() const noexcept;

 private:
  std::array<std::atomic<std::uint64_t>, 20> counts_{};
  std::atomic<std::uint64_t> sum_nanoseconds_{0};
};

/// Requests of one route.
struct RouteCounters {
  /// Index: status / 1, for the statuses 100..599.
  std::array<std::atomic<std::uint32_t>, 500> by_status{};
  DurationHistogram duration;

  void add(int status, double seconds) noexcept;
};

/// Predictions of one version in one role. Outlives the version's stay in memory.
struct VersionCounters {
  std::atomic<std::uint64_t> predictions{0};
};

/// One model's traffic. Shared by all versions of the name.
struct ModelCounters {
  std::atomic<std::uint64_t> predictions{0};
  std::atomic<std::uint64_t> requests_failed{0};  ///< answered 4xx or 5xx
  std::atomic<std::uint64_t> rows_rejected{0};
  std::atomic<std::uint64_t> not_logged{0};      ///< rows answered although the log failed
  std::atomic<std::uint64_t> shadow_dropped{0};  ///< rows the shadow had no time for
  std::atomic<std::uint64_t> load_failures{0};
  std::array<std::atomic<std::uint64_t>, 4>
      feedback{};  ///< accepted, duplicate, corrected, unknown
  DurationHistogram scoring;

  /// The counter of a version and role; lives as long as this object. Thread-safe.
  VersionCounters& of(std::uint32_t version, observe::Role role);
  /// Every version and role seen, with its count.
  struct VersionCount {
    std::uint32_t version = 0;
    observe::Role role = observe::Role::champion;
    std::uint64_t predictions = 0;
  };
  [[nodiscard]] std::vector<VersionCount> versions() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::uint32_t, observe::Role>, VersionCounters> versions_;
};

}  // namespace mlops::serve
