// Parsers with their buffers, lent to whoever decodes a request.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace mlops::serve {

/// Objects that are expensive to make and used by one thread at a time. Thread-safe.
template <typename T>
class ScratchPool {
 public:
  /// Lent out until destruction.
  class Lease {
   public:
    Lease(ScratchPool& pool, std::unique_ptr<T> object)
        : pool_(&pool), object_(std::move(object)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (object_) pool_->put_back(std::move(object_));
    }
    T& operator*() const noexcept { return *object_; }

   private:
    ScratchPool* pool_;
    std::unique_ptr<T> object_;
  };

  [[nodiscard]] Lease borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        std::unique_ptr<T> object = std::move(free_.back());
        free_.pop_back();
        return {*this, std::move(object)};
      }
    }
    return {*this, std::make_unique<T>()};
  }

 private:
  void put_back(std::unique_ptr<T> object) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(object));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> free_;
};

}  // namespace mlops::serve
