// `mlops serve` as a process of its own over a registry with model "churn".
#pragma once

#include <charconv>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "raw_client.hpp"
#include "serving_registry.hpp"
#include "support/process.hpp"

namespace mlops::test {

/// Waits a moment between two looks at something that another process changes.
inline void pause_between_looks() {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

/// Looks until `holds` or a generous limit: sanitizers and a loaded machine included.
template <typename Condition>
bool eventually(Condition holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    pause_between_looks();
  }
  return true;
}

/// How a server is started.
struct ServeCommand {
  std::filesystem::path registry;
  std::vector<std::string> options;
  std::map<std::string, std::string> environment;
  int port = 0;
};

/// Answers requests when constructed. Killed by the destructor.
class ServerProcess {
 public:
  explicit ServerProcess(const ServeCommand& command) {
    std::vector<std::string> arguments = {"serve", "--registry", command.registry.string(),
                                          "--port", std::to_string(command.port)};
    arguments.insert(arguments.end(), command.options.begin(), command.options.end());
    process_ = std::make_unique<Background>(Command{.program = MLOPS_BINARY,
                                                    .arguments = std::move(arguments),
                                                    .extra = command.environment},
                                            directory_.path() / "out", directory_.path() / "err");
    const bool started = eventually([this] { return !process_->running() || find_port(); });
    if (!started || port_ == 0) throw std::runtime_error("the server did not start: " + log());
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] RawClient connect() const { return RawClient(port_); }
  [[nodiscard]] Background& process() { return *process_; }
  [[nodiscard]] std::string log() const { return text_of("err"); }

 private:
  [[nodiscard]] std::string text_of(const char* name) const {
    const std::filesystem::path path = directory_.path() / name;
    return std::filesystem::exists(path) ? read_file(path) : std::string();
  }

  /// "serving 1 model(s) on http://127.0.0.1:41234"
  bool find_port() {
    const std::string text = text_of("out");
    const std::size_t at = text.find("http://");
    if (at == std::string::npos || text.find('\n', at) == std::string::npos) return false;
    const std::size_t colon = text.find(':', at + 7);
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port_);
    return port_ != 0;
  }

  TempDirectory directory_;
  std::unique_ptr<Background> process_;
  std::uint16_t port_ = 0;
};

inline std::string http_post(std::string_view path, std::string_view body,
                             std::string_view more = "") {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

inline std::string http_get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n";
}

}  // namespace mlops::test
