#include "support/cli.hpp"

#include <doctest/doctest.h>
#include <httplib.h>

#include <charconv>
#include <stdexcept>
#include <thread>

namespace mlops::test {
namespace {

/// A server that is not ready by then has failed: sanitizers and a loaded machine included.
constexpr std::chrono::seconds kStartLimit(60);

httplib::Client client_of(int port) {
  httplib::Client client("127.0.0.1", port);
  client.set_connection_timeout(5);
  client.set_read_timeout(60);
  return client;
}

HttpAnswer to_answer(const httplib::Result& result) {
  if (!result) return {};
  return {result->status, result->body};
}

/// The port in "serving 1 model(s) on http://127.0.0.1:41234"; 0 while it is not there.
int port_in(const std::string& text) {
  const std::size_t at = text.find("http://");
  if (at == std::string::npos || text.find('\n', at) == std::string::npos) return 0;
  const std::size_t colon = text.find(':', at + 7);
  int port = 0;
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  return port;
}

}  // namespace

void pause_between_looks() {
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

std::filesystem::path Workspace::write(const std::string& name, std::string_view content) const {
  write_file_atomically(path() / name, content);
  return path() / name;
}

Command Workspace::command(std::vector<std::string> arguments) const {
  return {.program = MLOPS_BINARY,
          .arguments = std::move(arguments),
          .directory = path(),
          .extra = {{"MLOPS_REGISTRY", registry().string()}, {"USER", "tester"}}};
}

Finished Workspace::mlops(std::vector<std::string> arguments, std::string input) const {
  Command prepared = command(std::move(arguments));
  prepared.input = std::move(input);
  return run(prepared);
}

Json Workspace::mlops_json(std::vector<std::string> arguments) const {
  arguments.emplace_back("--json");
  const Finished finished = mlops(std::move(arguments));
  CAPTURE(finished.err);
  REQUIRE(finished.status == 0);
  return parse_json(finished.out, "stdout");
}

Serving::Serving(const Workspace& workspace, std::vector<std::string> options,
                 const std::string& probe)
    : Serving(
          workspace,
          [&] {
            options.insert(options.begin(), {"serve", "--port", "0"});
            return workspace.command(std::move(options));
          }(),
          probe) {}

Serving::Serving(const Workspace& workspace, const Command& command, const std::string& probe)
    : out_(workspace.path() / "serve.out"), err_(workspace.path() / "serve.err") {
  std::filesystem::remove(out_);
  process_ = std::make_unique<Background>(command, out_, err_);
  const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
  while (std::chrono::steady_clock::now() < deadline && process_->running()) {
    if (port_ == 0 && std::filesystem::exists(out_)) port_ = port_in(read_file(out_));
    if (port_ != 0 && get(probe).status == 200) return;
    pause_between_looks();
  }
  throw std::runtime_error("the server did not become ready: " + log());
}

HttpAnswer Serving::get(const std::string& path) const {
  return to_answer(client_of(port_).Get(path.c_str()));
}

HttpAnswer Serving::post(const std::string& path, const std::string& body) const {
  return to_answer(client_of(port_).Post(path.c_str(), body, "application/json"));
}

std::string Serving::log() const {
  return std::filesystem::exists(err_) ? read_file(err_) : std::string();
}

}  // namespace mlops::test
