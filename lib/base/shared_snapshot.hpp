// A pointer to something immutable that one thread replaces while others read.
//
// Not std::atomic<std::shared_ptr>: libstdc++ 12 lets go of its lock in `load` with relaxed order,
// a data race with the next `store` (ThreadSanitizer finds it; bits/shared_ptr_atomic.h).
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace mlops {

/// Thread-safe. A reader keeps what it got for as long as it likes.
template <typename T>
class SharedSnapshot {
 public:
  explicit SharedSnapshot(std::shared_ptr<const T> value = nullptr) : value_(std::move(value)) {}

  [[nodiscard]] std::shared_ptr<const T> load() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  /// What was there is freed by this thread or the last reader, outside the lock.
  void store(std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace mlops
