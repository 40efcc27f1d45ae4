// A log that cannot be written: refused or answered as asked for, counted, alarmed, and over when
// the disk has room again.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "observe/store.hpp"
#include "running_server.hpp"
#include "serve/log_condition.hpp"

using namespace mlops;
using namespace mlops::serve;
using test::get_bytes;
using test::predict_bytes;
using test::RawClient;
using test::RunningServer;
using test::status_of;

namespace {

/// This process writes nothing beyond a file's first byte: to SQLite a full disk.
class FullDisk {
 public:
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit tight = before_;
    tight.rlim_cur = 1;
    ::setrlimit(RLIMIT_FSIZE, &tight);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

/// What the server announced, from its own thread.
class Announcements {
 public:
  void add(const LogStateChange& change) {
    const std::lock_guard lock(mutex_);
    changes_.push_back(change);
  }
  /// The n-th change; waits for it.
  [[nodiscard]] LogStateChange wait_for(std::size_t n) const {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (changes_.size() > n) return changes_[n];
      }
      std::this_thread::yield();
    }
  }

 private:
  mutable std::mutex mutex_;
  std::vector<LogStateChange> changes_;
};

int ask(const RunningServer& server) {
  RawClient client = server.connect();
  client.send(predict_bytes());
  return status_of(client.read_answer());
}

std::string get(const RunningServer& server, const char* path) {
  return server.exchange(get_bytes(path));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::uint64_t logged_rows(const RunningServer& server) {
  const observe::ObservationStore store(server.stored.registry().observations_path("churn"),
                                        SqliteOpen::read_only, observe::LogSync::off);
  return store.n_predictions();
}

}  // namespace

TEST_SUITE("serve/log_failure") {
  TEST_CASE("on a full disk predictions are refused and said to be, until there is room") {
    Announcements announced;
    const RunningServer server(
        {.on_log_state = [&](const LogStateChange& change) { announced.add(change); }});
    CHECK(ask(server) == 200);
    std::vector<int> statuses;
    std::string ready;
    std::string page;
    std::string refusal;
    {
      const FullDisk full;
      for (int i = 0; i < 20; ++i) statuses.push_back(ask(server));
      refusal = server.exchange(predict_bytes());
      ready = get(server, "/readyz");
      page = get(server, "/metrics");
      CHECK(announced.wait_for(0).failing);
    }
    CHECK(statuses == std::vector<int>(20, 503));
    CHECK(contains(refusal, "predict.not_logged"));
    CHECK(contains(refusal, "Retry-After: "));
    CHECK_FALSE(contains(refusal, "\"prediction\":"));
    CHECK(status_of(ready) == 503);
    CHECK(contains(page, "mlops_log_failing{model=\"churn\"} 1\n"));
    CHECK(contains(page, "mlops_log_failed_total{model=\"churn\"} 21\n"));
    CHECK(contains(page, "mlops_log_dropped_total{model=\"churn\"} 0\n"));

    CHECK(ask(server) == 200);
    CHECK_FALSE(announced.wait_for(1).failing);
    CHECK(announced.wait_for(1).n_failed == 21);
    CHECK(status_of(get(server, "/readyz")) == 200);
    CHECK(contains(get(server, "/metrics"), "mlops_log_failing{model=\"churn\"} 0\n"));
    CHECK(logged_rows(server) == 2);
  }

  TEST_CASE("with 'answer' they are answered all the same, and counted") {
    const RunningServer server({.on_log_failure = OnLogFailure::answer});
    CHECK(ask(server) == 200);
    std::vector<int> statuses;
    std::string ready;
    {
      const FullDisk full;
      for (int i = 0; i < 20; ++i) statuses.push_back(ask(server));
      ready = get(server, "/readyz");
    }
    CHECK(statuses == std::vector<int>(20, 200));
    CHECK(status_of(ready) == 200);
    CHECK(contains(get(server, "/metrics"), "mlops_log_dropped_total{model=\"churn\"} 20\n"));
    CHECK(ask(server) == 200);
    CHECK(logged_rows(server) == 2);
  }

  TEST_CASE("a record of an event passes once an interval, with the number kept back") {
    std::vector<LogRecord> passed;
    ManualClock clock(Timestamp{1});
    const LogSink sink = at_most_every([&](const LogRecord& record) { passed.push_back(record); },
                                       clock, kMicrosPerSecond);
    for (int i = 0; i < 5; ++i) sink({LogLevel::error, "a", {}});
    sink({LogLevel::error, "b", {}});
    CHECK(passed.size() == 2);
    clock.advance_micros(kMicrosPerSecond);
    sink({LogLevel::error, "a", {}});
    CHECK(passed.size() == 3);
    CHECK(passed[2].fields == decltype(LogRecord::fields){{"suppressed", "4"}});
  }
}
