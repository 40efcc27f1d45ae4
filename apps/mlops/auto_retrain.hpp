// `serve --auto-retrain`: runs `mlops retrain --all --if-needed` again and again as a process of
// its own, with low priority and limits, so that nothing that happens in it reaches the server.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"

namespace mlops::app {

struct AutoRetrainConfig {
  std::filesystem::path program;       ///< usually this one
  std::vector<std::string> arguments;  ///< "retrain", "--all", "--if-needed", ...
  std::int64_t interval_micros = 0;    ///< from the end of one run to the start of the next
  std::int64_t time_limit_micros = 0;  ///< then SIGTERM, and ten seconds later SIGKILL
  std::uint64_t memory_bytes = 0;      ///< of private memory; 0: no limit
  int niceness = 10;                   ///< see nice(2)
};

/// How a run ended.
struct RunResult {
  int status = 0;  ///< exit status, or 128 + the signal that ended it
  bool timed_out = false;
  std::string out;
  std::string err;
};

/// At most one run at a time, in a thread that starts with the object. The destructor ends a run
/// that is under way and waits for it. A run dies with this process.
class AutoRetrain {
 public:
  AutoRetrain(AutoRetrainConfig config, LogSink log);
  ~AutoRetrain();
  AutoRetrain(const AutoRetrain&) = delete;
  AutoRetrain& operator=(const AutoRetrain&) = delete;

 private:
  void loop();
  [[nodiscard]] RunResult run_once();
  void report(const RunResult& result, double seconds) const;
  /// Waits; true when the object is going away.
  bool stopped_within(std::int64_t micros);

  AutoRetrainConfig config_;
  LogSink log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

/// Half of the machine's memory.
[[nodiscard]] std::uint64_t default_retrain_memory();

}  // namespace mlops::app
