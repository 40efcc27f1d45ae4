#include "learn/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace mlops::learn {

namespace {

/// From here on a fit takes long enough for barriers not to matter.
constexpr std::size_t kManyRows = 100'000;

}  // namespace

ThreadPlan thread_plan(std::size_t n_rows, unsigned n_threads) {
  if (n_rows >= kManyRows) return {.n_lanes = 1, .n_threads_per_fit = n_threads};
  return {.n_lanes = n_threads, .n_threads_per_fit = 1};
}

void for_each_task(std::size_t n_tasks, unsigned n_threads,
                   const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    for (auto i = next.fetch_add(1); i < n_tasks; i = next.fetch_add(1)) {
      try {
        task(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = n_tasks;
      }
    }
  };
  std::vector<std::jthread> threads;
  const auto n_workers = std::min<std::size_t>(std::max(1U, n_threads), n_tasks);
  for (std::size_t i = 1; i < n_workers; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace mlops::learn
