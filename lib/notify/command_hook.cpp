#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "notify/channel.hpp"

extern char** environ;

namespace mlops::notify {
namespace {

/// How often a running command is looked at.
constexpr std::chrono::milliseconds kPollInterval{5};

/// A file in memory: standard input that never blocks us, output that cannot fill a pipe.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : fd_(::memfd_create(name, MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] bool fill(std::string_view text) const {
    return fd_ >= 0 &&
           ::write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
           ::lseek(fd_, 0, SEEK_SET) == 0;
  }
  [[nodiscard]] std::string first_line() const {
    std::array<char, 200> buffer{};
    const ssize_t n = fd_ < 0 ? 0 : ::pread(fd_, buffer.data(), buffer.size(), 0);
    const std::string text(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
    return text.substr(0, text.find('\n'));
  }

 private:
  int fd_;
};

/// Starts the command as the leader of its own process group; 0 or the error number.
int start(const std::string& command, const MemoryFile& input, const MemoryFile& output,
          pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input.fd(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output.fd(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output.fd(), STDERR_FILENO);
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t standard;
  ::sigemptyset(&none);
  ::sigemptyset(&standard);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM}) ::sigaddset(&standard, signal);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &standard);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh";
  std::string option = "-c";
  std::string line = command;
  std::array<char*, 4> arguments{shell.data(), option.data(), line.data(), nullptr};
  const int failure =
      ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return failure;
}

/// Waits for the end; kills the group when the time is up. The wait status, or nothing then.
bool wait_for(pid_t pid, std::int64_t timeout_micros, int& status) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::microseconds(timeout_micros);
  for (;;) {
    const pid_t ended = ::waitpid(pid, &status, WNOHANG);
    if (ended == pid) return true;
    if (std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(kPollInterval);
  }
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, &status, 0);
  return false;
}

class CommandHook final : public Channel {
 public:
  CommandHook(std::string command, DeliveryLimits limits)
      : command_(std::move(command)), limits_(limits) {}

  Delivery deliver(const Message& message) noexcept override {
    Delivery delivery{.channel = "command " + command_, .attempts = 1};
    delivery.error = run(dump_json(to_json(message)) + "\n");
    delivery.delivered = delivery.error.empty();
    return delivery;
  }

 private:
  /// Empty when it ended with status 0.
  std::string run(const std::string& input_text) const {
    const MemoryFile input("alert");
    const MemoryFile output("output");
    if (!input.fill(input_text) || output.fd() < 0)
      return fmt::format("cannot hand over the message: {}", std::strerror(errno));
    pid_t pid = 0;
    if (const int failure = start(command_, input, output, pid); failure != 0)
      return fmt::format("cannot start /bin/sh: {}", std::strerror(failure));
    int status = 0;
    if (!wait_for(pid, limits_.timeout_micros, status))
      return fmt::format("did not end within {} s",
                         static_cast<double>(limits_.timeout_micros) / 1e6);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
    const std::string said = output.first_line();
    const std::string how = WIFEXITED(status)
                                ? fmt::format("exit status {}", WEXITSTATUS(status))
                                : fmt::format("killed by signal {}", WTERMSIG(status));
    return said.empty() ? how : fmt::format("{}: {}", how, said);
  }

  std::string command_;
  DeliveryLimits limits_;
};

}  // namespace

std::unique_ptr<Channel> make_command_hook(std::string command, DeliveryLimits limits) {
  return std::make_unique<CommandHook>(std::move(command), limits);
}

}  // namespace mlops::notify
