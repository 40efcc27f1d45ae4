// Killed processes: what was answered is in the log, what was registered stays registered.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "support/cli.hpp"

namespace mlops::test {
namespace {

std::string customers() {
  return std::string(MLOPS_EXAMPLES) + "/churn/customers.csv";
}

void train_first_version(const Workspace& workspace) {
  static_cast<void>(workspace.mlops_json({"train", customers(), "--target", "churned", "--name",
                                          "churn", "--preset", "fast", "--max-trials", "2"}));
}

const char* const kRequest =
    R"({"instances":[{"id":"killed-%d","plan":"fibre","tenure_months":3}]})";

std::string request(int number) {
  std::string text = kRequest;
  return text.replace(text.find("%d"), 2, std::to_string(number));
}

/// Version 1 answers and is listed as champion.
void check_champion_answers(const Workspace& workspace) {
  const Json listed = workspace.mlops_json({"list"});
  REQUIRE(listed["models"].size() == 1);
  CHECK(listed["models"][0]["aliases"]["champion"].is_number());
  const Serving serving(workspace);
  const HttpAnswer answer = serving.post("/v1/models/churn/predict", request(0));
  CAPTURE(answer.body);
  CHECK(answer.status == 200);
}

}  // namespace

TEST_SUITE("cli/crash") {
  TEST_CASE("an answered prediction is in the log although the server is killed at once") {
    const Workspace workspace;
    train_first_version(workspace);
    constexpr int kKills = 5;
    for (int i = 0; i < kKills; ++i) {
      Serving serving(workspace);
      CHECK(serving.post("/v1/models/churn/predict", request(i)).status == 200);
      serving.process().signal(SIGKILL);
      CHECK(serving.process().wait() == 128 + SIGKILL);
    }
    std::string outcomes = "id,actual\n";
    for (int i = 0; i < kKills; ++i) outcomes += fmt::format("killed-{},yes\n", i);
    workspace.write("outcomes.csv", outcomes);
    const Json result = workspace.mlops_json({"feedback", "churn", "outcomes.csv"});
    CHECK(result["accepted"] == kKills);
    CHECK(result["unknown"] == 0);
    CHECK(workspace.mlops_json({"monitor", "churn"})["models"][0]["volume"]["total"] == kKills);
  }

  TEST_CASE("train and retrain killed at any moment leave the champion in place") {
    const Workspace workspace;
    train_first_version(workspace);
    const std::string fresh = std::string(MLOPS_EXAMPLES) + "/churn/after_price_change.csv";
    const std::vector<std::vector<std::string>> commands = {
        {"train", customers(), "--target", "churned", "--name", "churn", "--preset", "fast",
         "--max-trials", "2"},
        {"retrain", "churn", "--data", fresh, "--max-trials", "2"}};
    // Moments spread over a run, whatever the machine's speed: the delay doubles until the
    // command gets to its end unharmed.
    for (const auto& arguments : commands) {
      CAPTURE(arguments[0]);
      bool finished = false;
      for (int delay_ms = 20; !finished && delay_ms < 120'000; delay_ms *= 2) {
        Background process(workspace.command(arguments), workspace.path() / "out",
                           workspace.path() / "err");
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms);
        while (process.running() && std::chrono::steady_clock::now() < until) pause_between_looks();
        finished = !process.running();
        process.signal(SIGKILL);
        static_cast<void>(process.wait());
        const Json listed = workspace.mlops_json({"list"});
        CHECK(listed["models"][0]["aliases"]["champion"].is_number());
      }
      CHECK(finished);
    }
    check_champion_answers(workspace);
  }

  TEST_CASE("an interrupted training registers nothing and ends with 130") {
    const Workspace workspace;
    Background process(workspace.command({"train", customers(), "--target", "churned"}),
                       workspace.path() / "out", workspace.path() / "err");
    // The data summary is printed before the search begins: the interruption lands in it.
    const auto has_read = [&] {
      const auto file = workspace.path() / "err";
      return std::filesystem::exists(file) &&
             read_file(file).find("customers.csv") != std::string::npos;
    };
    while (process.running() && !has_read()) pause_between_looks();
    process.signal(SIGINT);
    CHECK(process.wait() == 130);
    CHECK(workspace.mlops_json({"list"})["models"].empty());
  }
}

}  // namespace mlops::test
