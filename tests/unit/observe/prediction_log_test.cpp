#include "observe/prediction_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "observe/prediction_id.hpp"
#include "unit/observe/synthetic.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

ObservationStore open_for_reading(const std::filesystem::path& path) {
  return {path, SqliteOpen::read_only, LogSync::full};
}

}  // namespace

TEST_SUITE("observe/prediction_log") {
  TEST_CASE("blocks of many threads are all logged, each told once, after it is readable") {
    TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const ManualClock clock(kStart);
    constexpr int kThreads = 4;
    constexpr int kBlocks = 50;
    std::atomic<int> n_durable{0};
    {
      PredictionLog log(path, LogSync::normal, clock, null_log_sink());
      std::vector<std::thread> threads;
      for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&log, &n_durable] {
          for (int i = 0; i < kBlocks; ++i)
            log.append(number_block(log.reserve_ids(2), {1, 2}),
                       [&n_durable](const std::exception_ptr& failure) {
                         if (!failure) ++n_durable;
                       });
        });
      }
      for (std::thread& thread : threads) thread.join();
    }
    CHECK(n_durable == kThreads * kBlocks);
    const auto store = open_for_reading(path);
    CHECK(store.n_predictions() == kThreads * kBlocks * 2);
  }

  TEST_CASE("ids are ascending over threads and restarts") {
    TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const ManualClock clock(kStart);
    std::int64_t last = 0;
    {
      PredictionLog log(path, LogSync::off, clock, null_log_sink());
      std::mutex mutex;
      std::vector<std::int64_t> all;
      std::vector<std::thread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
          for (int i = 0; i < 200; ++i) {
            const auto ids = log.reserve_ids(3);
            const std::lock_guard lock(mutex);
            all.insert(all.end(), ids.begin(), ids.end());
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
      std::sort(all.begin(), all.end());
      CHECK(all == ids_from(kStart.micros << 10, 2400));
      last = all.back();
      log.append(number_block({last}, {1}), {});
    }
    const ManualClock earlier(Timestamp{5});
    PredictionLog log(path, LogSync::off, earlier, null_log_sink());
    CHECK(log.reserve_ids(1).front() == last + 1);
  }

  TEST_CASE("feedback sees the predictions appended before it") {
    TempDirectory directory;
    const ManualClock clock(after(3));
    PredictionLog log(directory.path() / "o.sqlite", LogSync::off, clock, null_log_sink());
    for (int i = 0; i < 20; ++i) {
      const auto ids = log.reserve_ids(1);
      log.append(number_block(ids, {1}), {});
      CHECK(log.record_feedback({{format_prediction_id(ids[0]), "2"}}).accepted == 1);
    }
    CHECK_THROWS_AS(log.record_feedback({{format_prediction_id(log.reserve_ids(1)[0]), ""},
                                         {format_prediction_id(after(3).micros << 10), "x"}}),
                    Error);
    CHECK(log.record_feedback({{format_prediction_id(after(3).micros << 10), "2.0"}}).duplicate ==
          1);
  }

  TEST_CASE(
      "a block that cannot be written is told so, counted and logged; the others are written") {
    TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const ManualClock clock(kStart);
    std::atomic<int> n_failed{0};
    std::atomic<int> n_durable{0};
    std::atomic<int> n_records{0};
    const Durable count = [&](const std::exception_ptr& failure) {
      ++(failure ? n_failed : n_durable);
    };
    {
      PredictionLog log(path, LogSync::off, clock, [&n_records](const LogRecord& record) {
        if (record.event == "predictions_not_logged") ++n_records;
      });
      log.append(number_block(ids_from(1, 1), {1}), count);
      log.append(number_block(ids_from(1, 1), {1}), count);
      log.append(number_block({5, 4}, {1, 2}), count);
      log.append(number_block(ids_from(7, 3), {1, 2, 3}), count);
      log.record_feedback({});
      CHECK(log.counters().rows_logged == 4);
      CHECK(log.counters().rows_failed == 3);
      CHECK(log.counters().queued_blocks == 0);
      CHECK(log.counters().commits >= 1);
    }
    CHECK(n_durable == 2);
    CHECK(n_failed == 2);
    CHECK(n_records == 2);
    CHECK(open_for_reading(path).n_predictions() == 4);
  }

  TEST_CASE("request errors are written at the latest when the log closes") {
    TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const ManualClock clock(kStart);
    {
      PredictionLog log(path, LogSync::off, clock, null_log_sink());
      log.count_errors(1, 2);
      log.count_errors(1, 3);
      log.count_errors(2, 1);
    }
    SqliteDatabase raw(path, SqliteOpen::read_only);
    SqliteStatement rows = raw.prepare("SELECT version, n FROM request_error ORDER BY version");
    REQUIRE(rows.step());
    CHECK(rows.integer(1) == 5);
    REQUIRE(rows.step());
    CHECK(rows.integer(1) == 1);
  }

  TEST_CASE(
      "where every request fails and no prediction comes, the errors are in the store all the "
      "same") {
    TempDirectory directory;
    const auto path = directory.path() / "o.sqlite";
    const ManualClock clock(kStart);
    PredictionLog log(path, LogSync::off, clock, null_log_sink());
    log.count_errors(1, 2);
    log.count_errors(1, 3);
    std::int64_t n = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (n < 5 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      SqliteDatabase raw(path, SqliteOpen::read_only);
      SqliteStatement rows = raw.prepare("SELECT coalesce(sum(n), 0) FROM request_error");
      REQUIRE(rows.step());
      n = rows.integer(0);
    }
    CHECK(n == 5);
  }

  TEST_CASE("a store that cannot be opened fails in the constructor") {
    TempDirectory directory;
    const ManualClock clock(kStart);
    CHECK_THROWS_AS(PredictionLog(directory.path() / "absent" / "o.sqlite", LogSync::full, clock,
                                  null_log_sink()),
                    Error);
  }
}
