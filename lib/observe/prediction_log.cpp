#include "observe/prediction_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.hpp"

namespace mlops::observe {
namespace {

/// A caller of record_feedback who waits.
struct WaitingFeedback {
  std::vector<Feedback> items;
  FeedbackResult result;
  std::exception_ptr failure;
  bool done = false;
};

/// One thing to do, in the order it was asked for. Exactly one of block and feedback is there.
struct Task {
  PredictionBlock block;
  Durable durable;
  WaitingFeedback* feedback = nullptr;
};
using Tasks = std::vector<std::unique_ptr<Task>>;

/// Done tasks with more rows than this are freed by the writer, so that an idle log keeps little.
constexpr std::size_t kMaxSpentRows = 4096;

std::size_t rows_in(const Tasks& tasks) {
  std::size_t n = 0;
  for (const auto& task : tasks) n += task->block.ids.size();
  return n;
}

std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown failure";
  }
}

}  // namespace

struct PredictionLog::State {
  State(const std::filesystem::path& path, LogSync sync, const Clock& the_clock, LogSink sink)
      : store(path, SqliteOpen::read_write_create, sync), clock(the_clock), log(std::move(sink)) {
    next_id = store.next_id();
    store.between_pieces([this] { write_waiting_predictions(); });
    writer = std::thread([this] { run(); });
  }

  ~State() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    writer.join();
  }

  /// Frees what was done meanwhile: memory goes back on the thread that took it. Freed by the
  /// writer, every block would have both threads wait for the allocator's lock (measured: a
  /// quarter of the server's time).
  void push(std::unique_ptr<Task> task) {
    Tasks done;
    {
      const std::lock_guard lock(mutex);
      if (task->feedback == nullptr) ++counters.queued_blocks;
      queue.push_back(std::move(task));
      done.swap(spent);
    }
    wake.notify_one();
  }

  void run() {
    std::vector<RequestErrors> failed_requests;
    for (;;) {
      Tasks tasks;
      {
        std::unique_lock lock(mutex);
        wait_for_work(lock);
        if (queue.empty() && errors.empty()) return;
        tasks = take_predictions();
        if (tasks.empty() && !queue.empty()) tasks = take(queue.begin() + 1);
        failed_requests.swap(errors);
      }
      if (!tasks.empty()) write(tasks);
      write_errors(failed_requests);
      retire(tasks);
      failed_requests.clear();
    }
  }

  /// Predictions and feedback are taken at once. Errors alone wait a moment for more, so that a
  /// client that fails all the time costs one transaction a second, and for no prediction: where
  /// every request fails, none comes.
  void wait_for_work(std::unique_lock<std::mutex>& lock) {
    constexpr std::chrono::seconds kErrorsAtLatest{1};
    const auto something = [this] { return stopping || !queue.empty(); };
    wake.wait(lock, [&] { return something() || !errors.empty(); });
    if (!something()) wake.wait_for(lock, kErrorsAtLatest, something);
  }

  /// The first of the queue, up to `end`. Requires: the lock.
  Tasks take(Tasks::iterator end) {
    Tasks tasks;
    if (end == queue.end()) {
      tasks.swap(queue);
      queue.reserve(tasks.size());
      return tasks;
    }
    tasks.assign(std::move_iterator(queue.begin()), std::move_iterator(end));
    queue.erase(queue.begin(), end);
    return tasks;
  }

  /// Those that wait before the next feedback. Requires: the lock.
  Tasks take_predictions() {
    return take(std::find_if(queue.begin(), queue.end(),
                             [](const auto& task) { return task->feedback != nullptr; }));
  }

  /// Between two pieces of a long feedback.
  void write_waiting_predictions() {
    Tasks tasks;
    {
      const std::lock_guard lock(mutex);
      tasks = take_predictions();
    }
    if (tasks.empty()) return;
    write(tasks);
    retire(tasks);
  }

  void retire(Tasks& tasks) {
    if (rows_in(tasks) <= kMaxSpentRows) {
      const std::lock_guard lock(mutex);
      tasks.swap(spent);
    }
    tasks.clear();
  }

  /// A feedback, or predictions: these are one transaction.
  void write(Tasks& tasks) {
    if (tasks.front()->feedback != nullptr)
      write_feedback(*tasks.front()->feedback);
    else
      write_group(tasks);
  }

  void write_group(std::span<std::unique_ptr<Task>> group) {
    std::vector<PredictionBlock> blocks;
    blocks.reserve(group.size());
    for (const auto& task : group) blocks.push_back(std::move(task->block));
    const std::exception_ptr failure = try_append(blocks);
    for (std::size_t i = 0; i < group.size(); ++i) group[i]->block = std::move(blocks[i]);
    // One bad block must not take the others with it.
    if (failure && group.size() > 1) {
      for (auto& task : group) write_group({&task, 1});
      return;
    }
    count(group, failure);
    for (const auto& task : group) {
      if (task->durable) task->durable(failure);
    }
  }

  std::exception_ptr try_append(const std::vector<PredictionBlock>& blocks) {
    try {
      store.append(blocks);
      const std::lock_guard lock(mutex);
      ++counters.commits;
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  void count(std::span<const std::unique_ptr<Task>> group, const std::exception_ptr& failure) {
    std::size_t n_rows = 0;
    for (const auto& task : group) n_rows += task->block.ids.size();
    {
      const std::lock_guard lock(mutex);
      counters.queued_blocks -= group.size();
      (failure ? counters.rows_failed : counters.rows_logged) += n_rows;
    }
    if (failure)
      log({LogLevel::error,
           "predictions_not_logged",
           {{"rows", std::to_string(n_rows)}, {"error", describe(failure)}}});
  }

  void write_feedback(WaitingFeedback& waiting) {
    FeedbackResult result;
    std::exception_ptr failure;
    try {
      result = store.record_feedback(waiting.items, clock.now());
    } catch (...) {
      failure = std::current_exception();
    }
    // Notified under the lock: the waiter owns the object and goes once it sees `done`.
    const std::lock_guard lock(mutex);
    waiting.result = result;
    waiting.failure = std::move(failure);  // freed by who reads it
    waiting.done = true;
    answered.notify_all();
  }

  void write_errors(const std::vector<RequestErrors>& failed_requests) {
    if (failed_requests.empty()) return;
    try {
      store.count_errors(failed_requests);
    } catch (const std::exception& error) {
      log({LogLevel::error, "request_errors_not_counted", {{"error", error.what()}}});
    }
  }

  ObservationStore store;  ///< the writer thread's alone once it runs
  const Clock& clock;
  LogSink log;

  mutable std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable answered;
  bool stopping = false;
  Tasks queue;
  Tasks spent;  ///< done, to be freed by who appends next
  std::vector<RequestErrors> errors;
  std::int64_t next_id = 0;
  LogCounters counters;
  std::thread writer;  ///< last: starts when everything else is there
};

PredictionLog::PredictionLog(const std::filesystem::path& path, LogSync sync, const Clock& clock,
                             LogSink log)
    : state_(std::make_unique<State>(path, sync, clock, std::move(log))) {}

PredictionLog::~PredictionLog() = default;

std::vector<std::int64_t> PredictionLog::reserve_ids(std::size_t n) {
  const std::int64_t now_id = state_->clock.now().micros << 10;
  std::int64_t first = 0;
  {
    const std::lock_guard lock(state_->mutex);
    first = std::max(state_->next_id, now_id);
    state_->next_id = first + static_cast<std::int64_t>(n);
  }
  std::vector<std::int64_t> ids(n);
  for (std::size_t row = 0; row < n; ++row) ids[row] = first + static_cast<std::int64_t>(row);
  return ids;
}

void PredictionLog::append(PredictionBlock block, Durable durable) {
  state_->push(
      std::make_unique<Task>(Task{.block = std::move(block), .durable = std::move(durable)}));
}

void PredictionLog::count_errors(std::uint32_t version, std::uint64_t n) {
  const Timestamp now = state_->clock.now();
  {
    const std::lock_guard lock(state_->mutex);
    auto& errors = state_->errors;
    if (!errors.empty() && errors.back().version == version &&
        errors.back().time.micros / kMicrosPerHour == now.micros / kMicrosPerHour) {
      errors.back().n += n;
      return;  // the writer has been woken by the first
    }
    errors.push_back({now, version, n});
  }
  state_->wake.notify_one();
}

FeedbackResult PredictionLog::record_feedback(std::vector<Feedback> items) {
  WaitingFeedback waiting{.items = std::move(items)};
  state_->push(std::make_unique<Task>(Task{.feedback = &waiting}));
  std::unique_lock lock(state_->mutex);
  state_->answered.wait(lock, [&waiting] { return waiting.done; });
  if (waiting.failure) std::rethrow_exception(waiting.failure);
  return waiting.result;
}

LogCounters PredictionLog::counters() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counters;
}

}  // namespace mlops::observe
