// Whether a model's prediction log can be written, and how often its failures are told.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace mlops::serve {

/// What the last attempts came to. Thread-safe.
class LogCondition {
 public:
  /// After every attempt, with null when all was well. Cheap as long as all is well; never throws.
  void note(const std::exception_ptr& failure) noexcept;

  /// The last attempt failed.
  [[nodiscard]] bool failing() const noexcept { return failing_; }
  /// The last attempt failed, and not longer ago than this.
  [[nodiscard]] bool failed_within(std::chrono::steady_clock::duration age) const noexcept;
  /// What the last failure said; empty without one.
  [[nodiscard]] std::string reason() const;

 private:
  std::atomic<bool> failing_{false};
  mutable std::mutex mutex_;
  std::string reason_;
  std::chrono::steady_clock::time_point failed_at_;
};

/// A failing disk fails every request: one record of an event a second says as much as thousands,
/// which would fill what is left of it.
inline constexpr std::int64_t kRepeatedRecordMicros = kMicrosPerSecond;

/// Passes a record of an event on when none of that event passed within the interval, with the
/// number of those kept back as field "suppressed". Borrows the clock. Thread-safe.
[[nodiscard]] LogSink at_most_every(LogSink sink, const Clock& clock, std::int64_t interval_micros);

}  // namespace mlops::serve
