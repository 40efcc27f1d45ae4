// The program under test, stopped at its first call that touches the registry and continued from
// there as often as wanted, each time with another fault (shim/fault_shim.cpp).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace mlops::test {

/// What happens at one touch of the registry; the shim's letters.
enum class Fault : char {
  none = 'n',
  kill = 'k',       ///< killed before it
  torn = 't',       ///< killed in the middle of a write
  refused = 'e',    ///< EIO
  disk_full = 'f',  ///< ENOSPC, from there on
};

/// One call that touches the registry.
struct Touch {
  long number = 0;  ///< from 1
  std::string operation;
  std::string path;  ///< below the registry
};

class ForkServer {
 public:
  /// Starts `command` with the shim. `root` is the registry, `control` a directory for the pipes
  /// and the output. Throws std::runtime_error.
  ForkServer(Command command, const std::filesystem::path& root,
             const std::filesystem::path& control);
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;
  ~ForkServer();

  /// Runs the command's rest with a fault at touch `at`. Returns the status as in Finished; 142
  /// for a process that did not come to its end. Throws std::runtime_error when the command ends
  /// without touching the registry.
  int run(Fault fault, long at = 0);
  /// Runs it without a fault; what it touched.
  std::vector<Touch> record();

  /// What the command wrote to stderr since the last run began.
  [[nodiscard]] std::string errors() const;

 private:
  std::filesystem::path control_;
  std::optional<Background> process_;
  int ask_ = -1;
  int answer_ = -1;
};

}  // namespace mlops::test
