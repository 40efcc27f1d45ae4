// A few threads for requests that are not answered on the loop, behind a bounded queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "serve/http_engine.hpp"

namespace mlops::serve {

/// Thread-safe. The destructor finishes what was accepted.
class WorkerPool {
 public:
  using Task = std::function<void(HttpEngine&)>;

  WorkerPool(unsigned n_threads, std::size_t max_queued);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the queue is full; the task is then dropped. Tasks must not throw.
  [[nodiscard]] bool try_submit(Task task);

 private:
  void run();

  std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mlops::serve
