#include "support/process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/file.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

void redirect(const fs::path& file, int descriptor, int flags) {
  const int fd = ::open(file.c_str(), flags, 0644);
  if (fd < 0 || ::dup2(fd, descriptor) < 0) ::_exit(127);
  ::close(fd);
}

pid_t start(const Command& command, const fs::path& in, const fs::path& out, const fs::path& err) {
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child > 0) return child;
  redirect(in, STDIN_FILENO, O_RDONLY);
  redirect(out, STDOUT_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
  redirect(err, STDERR_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
  if (!command.directory.empty() && ::chdir(command.directory.c_str()) != 0) ::_exit(127);
  for (const auto& [name, value] : command.extra) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments{const_cast<char*>(command.program.c_str())};
  for (const std::string& argument : command.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execv(command.program.c_str(), arguments.data());
  ::_exit(127);
}

int status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status_of(status);
}

}  // namespace

Finished run(const Command& command) {
  const TempDirectory files;
  const fs::path in = files.path() / "in";
  std::ofstream(in) << command.input;
  const pid_t child = start(command, in, files.path() / "out", files.path() / "err");
  Finished finished{.status = wait_for(child)};
  finished.out = read_file(files.path() / "out");
  finished.err = read_file(files.path() / "err");
  return finished;
}

Background::Background(const Command& command, const fs::path& out_file, const fs::path& err_file)
    : pid_(start(command, "/dev/null", out_file, err_file)) {}

Background::~Background() {
  if (!running()) return;
  signal(SIGKILL);
  wait();
}

bool Background::running() {
  if (status_ >= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
  status_ = status_of(status);
  return false;
}

void Background::signal(int number) const {
  ::kill(pid_, number);
}

int Background::wait() {
  if (status_ < 0) status_ = wait_for(pid_);
  return status_;
}

}  // namespace mlops::test
