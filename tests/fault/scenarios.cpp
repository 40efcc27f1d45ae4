#include "fault/scenarios.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <fstream>

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

/// Rows of which none repeats another. One feature decides: whether `hours` is above, or below, a
/// limit.
std::string tiny_table(int n_rows, bool above) {
  std::string text = "hours,colour,y\n";
  for (int row = 0; row < n_rows; ++row) {
    const int hours = row * 37 % 101;
    const bool yes = ((hours > 40) == above) != (row % 23 == 0);
    text += fmt::format("{}.{:03},{},{}\n", hours, row, row % 3 == 0 ? "red" : "blue",
                        yes ? "yes" : "no");
  }
  return text;
}

/// A snapshot that no version needs, stored long ago.
void leave_old_snapshot(const registry::Registry& registry) {
  const std::string hash = registry.store_dataset("a\n1\n");
  const fs::path file = registry.root() / "datasets" / (hash + ".csv.gz");
  fs::last_write_time(file, fs::last_write_time(file) - std::chrono::hours(48));
}

/// What killed commands leave: a staging directory, unfinished replacements, a torn event, an
/// alias that was recorded and not moved.
void leave_leftovers(const registry::Registry& registry) {
  const fs::path model = registry.model_directory(kModel);
  const std::string aliases = read_file(model / "aliases.yaml");
  registry.set_champion(kModel, 3, {.type = "deployed", .message = "by a test"});
  write_file_atomically(model / "aliases.yaml", aliases);
  write_new_file(model / ".aliases.yaml.tmp", "champion: 3\n");
  fs::create_directories(registry.root() / "models/.staging-abcdef/version");
  write_new_file(registry.root() / "models/.staging-abcdef/lock", "");
  write_new_file(registry.root() / "models/.staging-abcdef/version/x", "x");
  append_to_file(model / "events.jsonl", R"({"sequence":)");
}

}  // namespace

std::vector<std::string> training(const std::string& name, int seed) {
  return {"train",    "tiny.csv", "--target",     "y", "--name", name,
          "--preset", "fast",     "--max-trials", "1", "--seed", std::to_string(seed)};
}

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {.name = "train",
       .arguments = training(kModel, 3),
       .after_failure = AfterFailure::earlier_stages},
      {.name = "train a new model",
       .arguments = training("fresh", 3),
       .after_failure = AfterFailure::earlier_stages},
      {.name = "retrain",
       .arguments = {"retrain", "m", "--data", "turned.csv", "--max-trials", "1"},
       .after_failure = AfterFailure::earlier_stages,
       .status_refused = {6, 8}},  // SQLite takes a read error for a corrupt file system
      {.name = "deploy", .arguments = {"deploy", "m@3"}},
      {.name = "rollback", .arguments = {"rollback", "m"}},
      {.name = "import", .arguments = {"import", "m.tar.gz"}},
      {.name = "import as a new model", .arguments = {"import", "m.tar.gz", "--name", "fresh"}},
      {.name = "gc", .arguments = {"gc", "--keep-last", "1"}, .prepare = leave_old_snapshot},
      {.name = "rm", .arguments = {"rm", "m@3", "--yes"}, .status_again = {0, 4}},
      {.name = "rm of a model", .arguments = {"rm", "m", "--yes"}, .status_again = {0, 4}},
      {.name = "fsck --repair",
       .arguments = {"fsck", "--repair"},
       .status_refused = {6, 8},  // a file that cannot be read is a finding
       .prepare = leave_leftovers},
      {
          .name = "feedback",
          .arguments = {"feedback", "m", "outcomes.csv"},
          .status_refused = {6, 8}  // SQLite takes a read error for a corrupt file system
      }};
  return all;
}

Template::Template() {
  workspace.write("tiny.csv", tiny_table(300, true));
  workspace.write("turned.csv", tiny_table(500, false));
  workspace.write("outcomes.csv", "id,actual\np1,yes\n");
  static_cast<void>(workspace.mlops_json(training(kModel, 1)));
  static_cast<void>(workspace.mlops_json({"export", "m@1", "m.tar.gz"}));
  const Json second = workspace.mlops_json(training(kModel, 2));
  REQUIRE(second["deployed"] == true);
  for (int copy = 0; copy < 2; ++copy)
    static_cast<void>(workspace.mlops_json({"import", "m.tar.gz"}));
  Serving serving(workspace);
  const HttpAnswer answer = serving.post("/v1/models/m/predict",
                                         R"({"instances":[{"id":"p1","hours":3,"colour":"red"}]})");
  REQUIRE(answer.status == 200);
  serving.process().signal(SIGTERM);
  REQUIRE(serving.process().wait() == 0);
}

}  // namespace mlops::test
