// Independent tasks on a few threads. Every task writes to its own place, so that the number of
// threads never shows in a result.
//
// Why not the libraries' own threads: OpenMP's barriers spin, and on a machine that is busy with
// something else a boosting round of one millisecond then takes a hundred. Whole fits side by side
// wait for nobody.
#pragma once

#include <cstddef>
#include <functional>

namespace mlops::learn {

/// Calls `task(0)` .. `task(n_tasks - 1)`, each once, the calling thread among the workers. The
/// first exception stops the tasks that have not begun and is rethrown.
void for_each_task(std::size_t n_tasks, unsigned n_threads,
                   const std::function<void(std::size_t)>& task);

/// How many threads work side by side, and how many each fit may use itself.
struct ThreadPlan {
  unsigned n_lanes = 1;
  unsigned n_threads_per_fit = 1;
};

/// One fit a thread, until there are so many rows that a single fit is worth all threads. Depends
/// on nothing but its arguments: the threads of a fit are part of its bits.
[[nodiscard]] ThreadPlan thread_plan(std::size_t n_rows, unsigned n_threads);

}  // namespace mlops::learn
