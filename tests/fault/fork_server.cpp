#include "fault/fork_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/file.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

/// Both ends at once, so that opening waits for nobody.
int open_pipe(const fs::path& path) {
  ::mkfifo(path.c_str(), 0600);
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) throw std::runtime_error("cannot open " + path.string());
  return fd;
}

std::string read_answer(int fd, Background& process) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  while (::poll(&waiting, 1, 100) == 0) {
    if (!process.running())
      throw std::runtime_error("the command ended without touching the registry");
  }
  char line[64] = {};
  const ssize_t size = ::read(fd, line, sizeof line - 1);
  return {line, size > 0 ? static_cast<std::size_t>(size) : 0};
}

}  // namespace

ForkServer::ForkServer(Command command, const fs::path& root, const fs::path& control)
    : control_(control) {
  fs::create_directories(control_);
  ask_ = open_pipe(control_ / "ask");
  answer_ = open_pipe(control_ / "answer");
  command.extra["LD_PRELOAD"] = MLOPS_FAULT_SHIM;
  command.extra["MLOPS_FAULT_ROOT"] = root.string();
  command.extra["MLOPS_FAULT_CONTROL"] = control_.string();
  // The shim comes before the sanitizer's library on purpose; children that are killed leak.
  command.extra["ASAN_OPTIONS"] = "verify_asan_link_order=0:detect_leaks=0";
  process_.emplace(command, control_ / "out", control_ / "err");
}

ForkServer::~ForkServer() {
  process_.reset();
  ::close(ask_);
  ::close(answer_);
}

int ForkServer::run(Fault fault, long at) {
  std::ofstream(control_ / "err", std::ios::trunc).flush();
  const std::string request = fmt::format("{} {}\n", static_cast<char>(fault), at);
  if (::write(ask_, request.data(), request.size()) < 0)
    throw std::runtime_error("the fork server cannot be asked");
  int status = 0;
  std::istringstream(read_answer(answer_, *process_)) >> status;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::vector<Touch> ForkServer::record() {
  if (run(Fault::none) != 0) throw std::runtime_error("the command fails by itself: " + errors());
  std::vector<Touch> touches;
  std::ifstream list(control_ / "touches");
  for (Touch touch; list >> touch.number >> touch.operation && std::getline(list, touch.path);)
    touches.push_back(touch);
  return touches;
}

std::string ForkServer::errors() const {
  return read_file(control_ / "err");
}

}  // namespace mlops::test
