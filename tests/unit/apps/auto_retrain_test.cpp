#include "auto_retrain.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"

namespace mlops::app {
namespace {

/// Records that come from the thread that retrains.
class Records {
 public:
  [[nodiscard]] LogSink sink() {
    return [this](const LogRecord& record) {
      const std::lock_guard lock(mutex_);
      records_.push_back(record);
      changed_.notify_all();
    };
  }
  /// The first record, once it is there.
  LogRecord first() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !records_.empty(); });
    return records_.front();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LogRecord> records_;
};

AutoRetrainConfig shell(const std::string& script) {
  return {.program = "/bin/sh",
          .arguments = {"-c", script},
          .interval_micros = 1000,
          .time_limit_micros = kMicrosPerHour};
}

std::string field(const LogRecord& record, const std::string& name) {
  for (const auto& [key, value] : record.fields)
    if (key == name) return value;
  return {};
}

}  // namespace

TEST_SUITE("apps/auto_retrain") {
  TEST_CASE("what a run did is logged, in the words of its document") {
    Records records;
    AutoRetrain retraining(
        shell(R"(echo '{"models":[{"model":"a","outcome":"not_needed"},)"
              R"({"model":"b","outcome":"promoted","sentence":"b@2 is champion"}]}')"),
        records.sink());
    const LogRecord record = records.first();
    CHECK(record.event == "retrained");
    CHECK(field(record, "outcome") == "b: b@2 is champion");
  }

  TEST_CASE("a run that fails, is killed or takes too long is an error, and the next one starts") {
    struct Case {
      const char* name;
      const char* script;
      const char* event;
      const char* status;
    };
    const Case cases[] = {{"fails", "echo 'no space left' >&2; exit 8", "retrain_failed", "8"},
                          {"is killed", "kill -9 $$", "retrain_failed", "137"},
                          {"hangs", "exec sleep 1000", "retrain_timed_out", "143"}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      Records records;
      AutoRetrainConfig config = shell(c.script);
      if (std::string(c.name) == "hangs") config.time_limit_micros = 100'000;
      AutoRetrain retraining(config, records.sink());
      const LogRecord record = records.first();
      CHECK(record.event == c.event);
      CHECK(field(record, "status") == c.status);
    }
  }

  TEST_CASE("a run has low priority, its own memory limit, and one starts after the other") {
    const TempDirectory directory;
    const std::string file = (directory.path() / "seen").string();
    Records records;
    AutoRetrainConfig config = shell("{ nice; ulimit -d; } > " + file + "; mkdir " + file +
                                     ".lock || exit 99; rmdir " + file + ".lock; exit 1");
    config.memory_bytes = std::uint64_t{1} << 30;
    AutoRetrain retraining(config, records.sink());
    CHECK(field(records.first(), "status") == "1");
    CHECK(read_file(file) == "10\n1048576\n");
  }

  TEST_CASE("the end of the server ends the run under way") {
    const TempDirectory directory;
    const auto started = directory.path() / "started";
    {
      Records records;
      AutoRetrain retraining(shell("touch " + started.string() + "; exec sleep 1000"),
                             records.sink());
      while (!std::filesystem::exists(started)) std::this_thread::yield();
    }
    CHECK(std::filesystem::exists(started));
  }
}

}  // namespace mlops::app
