// The built `mlops` with a registry of its own, and a running server of it.
#pragma once

#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/json.hpp"
#include "support/process.hpp"

namespace mlops::test {

/// An answer to an HTTP request; status 0 when there was no connection.
struct HttpAnswer {
  int status = 0;
  std::string body;

  [[nodiscard]] Json json() const { return parse_json(body, "answer"); }
};

/// A directory with a registry in it.
class Workspace {
 public:
  Workspace() = default;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return directory_.path(); }
  [[nodiscard]] std::filesystem::path registry() const { return path() / "registry"; }
  /// Writes a file here; returns its path.
  std::filesystem::path write(const std::string& name, std::string_view content) const;

  /// Runs `mlops ARGUMENTS...` here.
  [[nodiscard]] Finished mlops(std::vector<std::string> arguments, std::string input = {}) const;
  /// The same with --json; checks status 0 and parses the document.
  [[nodiscard]] Json mlops_json(std::vector<std::string> arguments) const;
  [[nodiscard]] Command command(std::vector<std::string> arguments) const;

 private:
  TempDirectory directory_;
};

/// `mlops serve --port 0` over a workspace's registry. Ready when constructed.
class Serving {
 public:
  /// `probe` is asked until it says 200; "/livez" where there is no model yet.
  explicit Serving(const Workspace& workspace, std::vector<std::string> options = {},
                   const std::string& probe = "/readyz");
  /// A server that `command` starts, with --port 0 among its arguments.
  Serving(const Workspace& workspace, const Command& command, const std::string& probe = "/readyz");

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] HttpAnswer get(const std::string& path) const;
  [[nodiscard]] HttpAnswer post(const std::string& path, const std::string& body) const;
  /// Asks until `done` holds of the answer, at most `limit`. The last answer.
  template <typename Done>
  HttpAnswer get_until(const std::string& path, Done done,
                       std::chrono::seconds limit = std::chrono::seconds(20)) const;
  [[nodiscard]] Background& process() noexcept { return *process_; }
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path out_;
  std::filesystem::path err_;
  std::unique_ptr<Background> process_;
  int port_ = 0;
};

/// Waits a moment between two looks at something that another process changes.
void pause_between_looks();

template <typename Done>
HttpAnswer Serving::get_until(const std::string& path, Done done,
                              std::chrono::seconds limit) const {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  HttpAnswer answer = get(path);
  while (!done(answer) && std::chrono::steady_clock::now() < deadline) {
    pause_between_looks();
    answer = get(path);
  }
  return answer;
}

}  // namespace mlops::test
