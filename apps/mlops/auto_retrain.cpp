#include "auto_retrain.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

namespace mlops::app {
namespace {

constexpr std::int64_t kLookMicros = 50'000;
constexpr std::int64_t kGraceMicros = 10 * kMicrosPerSecond;
/// Bytes of a run's output that are kept.
constexpr std::size_t kKeptBytes = 1 << 20;

/// A file without a name that a child writes to.
class Capture {
 public:
  Capture() : descriptor_(::memfd_create("mlops-retrain", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw_system_error();
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() { ::close(descriptor_); }

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] std::string text() const {
    std::string bytes(kKeptBytes, '\0');
    const ssize_t n = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
    bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return bytes;
  }

 private:
  [[noreturn]] static void throw_system_error() {
    throw Error(ErrorKind::io, "retrain.no_capture", "cannot make a file for a run's output");
  }
  int descriptor_;
};

/// What the child does between fork and exec; only what may be done there (signal-safety(7)).
void become(const AutoRetrainConfig& config, char* const* arguments, int out, int err,
            pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);
  ::setpriority(PRIO_PROCESS, 0, config.niceness);
  if (config.memory_bytes > 0) {
    const rlimit limit{config.memory_bytes, config.memory_bytes};
    ::setrlimit(RLIMIT_DATA, &limit);
  }
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

pid_t start(const AutoRetrainConfig& config, const Capture& out, const Capture& err) {
  std::string program = config.program.string();
  std::vector<std::string> words = config.arguments;
  std::vector<char*> arguments{program.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become(config, arguments.data(), out.descriptor(), err.descriptor(), parent);
  if (child < 0)
    throw Error(ErrorKind::io, "retrain.not_started", "cannot start a process for retraining");
  return child;
}

/// The exit status when the child has ended.
std::optional<int> ended(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, WNOHANG) != child) return std::nullopt;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// What a run's document says of its models; empty when every one was left alone.
std::string outcomes_of(const std::string& out) {
  std::string text;
  try {
    const Json document = parse_json(out, "retrain");
    for (const Json& model : document.value("models", Json::array())) {
      const std::string outcome = model.value("outcome", "");
      if (outcome == "not_needed" || outcome == "busy") continue;
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", model.value("model", ""),
                          model.value("sentence", outcome));
    }
  } catch (const Error&) {
    return {};  // it failed before it could print; its status and stderr say so
  }
  return text;
}

}  // namespace

AutoRetrain::AutoRetrain(AutoRetrainConfig config, LogSink log)
    : config_(std::move(config)), log_(std::move(log)), thread_([this] { loop(); }) {}

AutoRetrain::~AutoRetrain() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool AutoRetrain::stopped_within(std::int64_t micros) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, std::chrono::microseconds(micros), [this] { return stopping_; });
}

void AutoRetrain::loop() {
  while (!stopped_within(config_.interval_micros)) {
    const auto begin = std::chrono::steady_clock::now();
    try {
      const RunResult result = run_once();
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
      report(result, taken.count());
    } catch (const std::exception& error) {
      log_({LogLevel::error, "retrain_not_started", {{"error", error.what()}}});
    }
  }
}

RunResult AutoRetrain::run_once() {
  const Capture out;
  const Capture err;
  const pid_t child = start(config_, out, err);
  RunResult result;
  std::int64_t waited_micros = 0;
  std::int64_t kill_at = config_.time_limit_micros;
  int next_signal = SIGTERM;
  for (;;) {
    if (const auto status = ended(child)) {
      result.status = *status;
      break;
    }
    const bool stopping = stopped_within(kLookMicros);
    waited_micros += kLookMicros;
    if (waited_micros >= kill_at || (stopping && next_signal == SIGTERM)) {
      result.timed_out = result.timed_out || !stopping;
      ::kill(child, next_signal);
      next_signal = SIGKILL;
      kill_at = waited_micros + kGraceMicros;
    }
    if (stopping) ::usleep(static_cast<useconds_t>(kLookMicros));  // the wait returned at once
  }
  result.out = out.text();
  result.err = err.text();
  return result;
}

void AutoRetrain::report(const RunResult& result, double seconds) const {
  const std::string status = fmt::format("{}", result.status);
  const std::string taken = fmt::format("{:.1f}", seconds);
  const std::string outcomes = outcomes_of(result.out);
  if (!outcomes.empty())
    log_({LogLevel::info, "retrained", {{"outcome", outcomes}, {"seconds", taken}}});
  if (result.timed_out)
    log_({LogLevel::error, "retrain_timed_out", {{"seconds", taken}, {"status", status}}});
  if (result.status != 0 && !result.timed_out)
    log_({LogLevel::error,
          "retrain_failed",
          {{"status", status}, {"error", result.err.substr(0, 2000)}, {"seconds", taken}}});
}

std::uint64_t default_retrain_memory() {
#if defined(__SANITIZE_ADDRESS__)
  return 0;  // the sanitizer reserves terabytes
#else
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page_bytes <= 0) return 0;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes) / 2;
#endif
}

}  // namespace mlops::app
