// Runs the built program as a user's shell would: arguments in; status, stdout, stderr out.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlops::test {

/// What a finished process left. `status` is the exit status, or 128 + the signal that ended it.
struct Finished {
  int status = 0;
  std::string out;
  std::string err;
};

/// How a process is started.
struct Command {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::filesystem::path directory;           ///< working directory; empty: this one's
  std::map<std::string, std::string> extra;  ///< environment on top of this process's
  std::string input;                         ///< standard input
};

/// Runs to the end. Throws std::runtime_error when the program cannot be started.
[[nodiscard]] Finished run(const Command& command);

/// A process in the background, killed by the destructor if it still runs. Its output goes to
/// files.
class Background {
 public:
  explicit Background(const Command& command, const std::filesystem::path& out_file,
                      const std::filesystem::path& err_file);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// True while it runs.
  [[nodiscard]] bool running();
  void signal(int number) const;
  /// Waits for the end; the status as in Finished.
  int wait();

 private:
  pid_t pid_ = -1;
  int status_ = -1;
};

}  // namespace mlops::test
