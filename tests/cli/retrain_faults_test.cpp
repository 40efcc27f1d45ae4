// Retraining under fire while a client polls: killed, starved of disk, interrupted, run twice, the
// server replaced in mid-promotion. The client sees no error, and the next run works.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <thread>

#include "base/shared_snapshot.hpp"
#include "support/churn.hpp"

namespace mlops::test {
namespace {

/// Asks for predictions without a pause, of whichever server is named.
class PollingClient {
 public:
  explicit PollingClient(std::shared_ptr<const Serving> server)
      : server_(std::move(server)), thread_([this] { poll(); }) {}
  ~PollingClient() { stop(); }

  void turn_to(std::shared_ptr<const Serving> server) { server_.store(std::move(server)); }
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] int n_answers() const { return n_answers_; }
  [[nodiscard]] int n_errors() const { return n_errors_; }
  /// The version of the last answer.
  [[nodiscard]] int version() const { return version_; }

 private:
  void poll() {
    const std::string body =
        R"({"instances":[{"plan":"fibre","contract":"month-to-month","tenure_months":3}]})";
    while (!stopping_) {
      const auto server = server_.load();
      const HttpAnswer answer = server->post("/v1/models/churn/predict", body);
      if (answer.status == 200) {
        version_ = answer.json()["version"].get<int>();
        ++n_answers_;
      } else {
        ++n_errors_;
      }
      pause_between_looks();
    }
  }

  SharedSnapshot<Serving> server_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> n_answers_ = 0;
  std::atomic<int> n_errors_ = 0;
  std::atomic<int> version_ = 0;
  std::thread thread_;
};

std::vector<std::string> retrain_arguments() {
  return {"retrain", "churn", "--data", example("after_price_change.csv"), "--max-trials", "2"};
}

/// How often an event's type stands in the log, read as it is written.
std::size_t count_events(const Workspace& workspace, const std::string& type) {
  const std::string log = read_file(workspace.registry() / "models/churn/events.jsonl");
  const std::string wanted = fmt::format("\"type\":\"{}\"", type);
  std::size_t n = 0;
  for (std::size_t at = log.find(wanted); at != std::string::npos; at = log.find(wanted, at + 1))
    ++n;
  return n;
}

int champion(const Workspace& workspace) {
  return workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"].get<int>();
}

/// Starts a retraining and waits until it trains.
std::unique_ptr<Background> start_retraining(const Workspace& workspace) {
  const std::size_t before = count_events(workspace, "retraining");
  auto process = std::make_unique<Background>(workspace.command(retrain_arguments()),
                                              workspace.path() / "retrain.out",
                                              workspace.path() / "retrain.err");
  while (process->running() && count_events(workspace, "retraining") == before)
    pause_between_looks();
  return process;
}

/// A retraining that gets no block of memory above a mebibyte, or not more than sixteen in all.
Command short_of_memory(const Workspace& workspace) {
#if defined(__SANITIZE_ADDRESS__)
  Command command = workspace.command(retrain_arguments());
  command.extra["ASAN_OPTIONS"] = "allocator_may_return_null=1:max_allocation_size_mb=1";
#else
  Command command =
      workspace.command({"-c", fmt::format("ulimit -d 16384; exec {} {}", MLOPS_BINARY,
                                           fmt::join(retrain_arguments(), " "))});
  command.program = "/bin/sh";
#endif
  return command;
}

}  // namespace

TEST_SUITE("cli/retrain_faults") {
  TEST_CASE("a polling client sees no error whatever happens to retraining, which then succeeds") {
    const Workspace workspace;
    train_churn(workspace);
    auto server = std::make_shared<Serving>(workspace);
    PollingClient client(server);

    {  // Killed while it trains.
      const auto process = start_retraining(workspace);
      process->signal(SIGKILL);
      CHECK(process->wait() == 128 + SIGKILL);
      CHECK(champion(workspace) == 1);
    }
    {  // Interrupted while it trains; it also tells about the one that vanished.
      const auto process = start_retraining(workspace);
      CHECK(count_events(workspace, "failed") == 1);
      process->signal(SIGINT);
      CHECK(process->wait() == 130);
      CHECK(champion(workspace) == 1);
    }
    {  // Out of time: what serve --auto-retrain sends then.
      const auto process = start_retraining(workspace);
      process->signal(SIGTERM);
      CHECK(process->wait() == 143);
      CHECK(champion(workspace) == 1);
    }
    {  // Out of memory.
      CHECK(run(short_of_memory(workspace)).status != 0);
      CHECK(champion(workspace) == 1);
    }
    {  // No room for a version: no file may grow beyond 4 KiB.
      Command starved =
          workspace.command({"-c", fmt::format("ulimit -f 8; exec {} {}", MLOPS_BINARY,
                                               fmt::join(retrain_arguments(), " "))});
      starved.program = "/bin/sh";
      CHECK(run(starved).status != 0);
      CHECK(champion(workspace) == 1);
      CHECK(workspace.mlops({"fsck", "--repair"}).status == 0);
    }
    {  // Two at once: one works, the other says so, or steps aside where nobody insists.
      const auto first = start_retraining(workspace);
      first->signal(SIGSTOP);  // so that it is still at it
      CHECK(workspace.mlops(retrain_arguments()).status == 5);
      const Json aside = workspace.mlops_json({"retrain", "--all", "--if-needed"});
      CHECK(aside["models"][0]["outcome"] == "busy");
      first->signal(SIGCONT);
      // The server is replaced in the middle of it.
      auto next = std::make_shared<Serving>(workspace);
      client.turn_to(next);
      server->process().signal(SIGTERM);
      CHECK(server->process().wait() == 0);
      server = next;
      CHECK(first->wait() == 0);
      CHECK(champion(workspace) > 1);
    }
    const int promoted = champion(workspace);
    for (int look = 0; look < 500 && client.version() != promoted; ++look) pause_between_looks();
    client.stop();
    MESSAGE("answers while retraining was under fire: " << client.n_answers());
    CHECK(client.version() == promoted);
    CHECK(client.n_answers() > 10);
    CHECK(client.n_errors() == 0);
    CHECK(workspace.mlops({"fsck"}).status == 0);
  }

  TEST_CASE("serve --auto-retrain closes the loop by itself") {
    const Workspace workspace;
    train_churn(workspace);
    const Serving serving(workspace, std::vector<std::string>{"--auto-retrain=1s"});
    for (const std::string& body : customer_requests("after_price_change.csv", 3000))
      REQUIRE(serving.post("/v1/models/churn/predict", body).status == 200);
    CHECK(feed_back(workspace, "after_price_change.csv")["accepted"] == 3000);
    const HttpAnswer answer = serving.get_until(
        "/v1/models/churn",
        [](const HttpAnswer& seen) { return seen.body.find("\"version\":2") != std::string::npos; },
        std::chrono::seconds(240));
    CHECK(answer.body.find("\"version\":2") != std::string::npos);
    CHECK(champion(workspace) == 2);
    // The alias moves first; the server tells when the run has ended.
    const auto told = [&] { return serving.log().find("\"retrained\"") != std::string::npos; };
    for (int look = 0; look < 3000 && !told(); ++look) pause_between_looks();
    CAPTURE(serving.log());
    CHECK(told());
  }
}

}  // namespace mlops::test
