// The server's way into the store: any thread appends, one writer thread commits groups, the
// caller is told when its block is durable.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "observe/store.hpp"

namespace mlops::observe {

/// Told once a block is durable, or with what went wrong (nullptr when all is well). Runs on the
/// writer thread; must not throw and must not block. Destroyed later, on the thread that appends
/// next or with the log: must not own what others wait to see go.
using Durable = std::function<void(std::exception_ptr)>;

/// Counters of what was and was not logged.
struct LogCounters {
  std::uint64_t rows_logged = 0;
  std::uint64_t rows_failed = 0;
  std::uint64_t commits = 0;
  std::uint64_t queued_blocks = 0;
};

/// Group-committing log of one model. Thread-safe. The destructor drains.
class PredictionLog {
 public:
  /// Opens or creates the store; throws what ObservationStore's constructor throws. `clock` is
  /// borrowed.
  PredictionLog(const std::filesystem::path& path, LogSync sync, const Clock& clock, LogSink log);
  ~PredictionLog();
  PredictionLog(const PredictionLog&) = delete;
  PredictionLog& operator=(const PredictionLog&) = delete;

  /// n ids, ascending, greater than every id before, also across restarts.
  [[nodiscard]] std::vector<std::int64_t> reserve_ids(std::size_t n);

  /// Queues a block whose ids were reserved here. With LogSync::off `durable` may run before
  /// the block is written.
  void append(PredictionBlock block, Durable durable);

  /// Counts requests that brought no prediction; written with the next group, about a second later
  /// where none comes. Never fails the caller.
  void count_errors(std::uint32_t version, std::uint64_t n);

  /// On the writer thread, in order with appends; waits for the result. Throws what
  /// ObservationStore::record_feedback throws.
  FeedbackResult record_feedback(std::vector<Feedback> items);

  [[nodiscard]] LogCounters counters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mlops::observe
