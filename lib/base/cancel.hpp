// Cooperative cancellation: a flag set by a signal handler, polled by long work.
#pragma once

#include <atomic>

#include "base/error.hpp"

namespace mlops {

/// A flag that asks long work to stop. Async-signal-safe to set, thread-safe to read.
class CancelToken {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool requested() const noexcept {
    return requested_.load(std::memory_order_relaxed);
  }
  /// Throws interrupted when cancellation was requested.
  void check() const {
    if (requested()) throw Error(ErrorKind::interrupted, "interrupted", "interrupted");
  }

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace mlops
