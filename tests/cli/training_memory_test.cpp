// Training when memory ends: in a trial, and where nothing can go on without it.
#include <doctest/doctest.h>

#include "cli/training_tables.hpp"
#include "support/cli.hpp"

namespace mlops::test {
namespace {

/// Boosting in this run has no memory; `when` as shim/no_memory.cpp has it.
Command without_memory(const Workspace& workspace, const std::string& when,
                       std::vector<std::string> arguments) {
  Command command = workspace.command(std::move(arguments));
  command.extra["LD_PRELOAD"] = MLOPS_NO_MEMORY_SHIM;
  command.extra["NO_MEMORY"] = when;
  // The shim comes before the sanitizer's library on purpose.
  command.extra["ASAN_OPTIONS"] = "verify_asan_link_order=0:detect_leaks=0";
  return command;
}

}  // namespace

TEST_SUITE("cli/training_memory") {
  TEST_CASE("learners without memory cost their own trials, and the board says so") {
    const Workspace workspace;
    workspace.write("good.csv", good_table(300));
    const Finished finished = run(without_memory(
        workspace, "trials",
        {"train", "good.csv", "--target", "y", "--preset", "fast", "--max-trials", "6", "--json"}));
    CAPTURE(finished.err);
    REQUIRE(finished.status == 0);
    const Json trained = parse_json(finished.out, "train");
    CHECK(trained["deployed"] == true);
    std::size_t n_failed = 0;
    std::size_t n_finished = 0;
    for (const Json& entry : trained["leaderboard"]) {
      CAPTURE(entry.dump());
      const bool failed = entry.contains("failure");
      CHECK(failed == (entry["learner"] == "xgboost"));
      if (failed) CHECK(entry["failure"] == "out of memory");
      if (failed) CHECK(entry["weight"] == 0);
      n_failed += failed ? 1U : 0U;
      n_finished += entry["learner"] == "linear" && !failed ? 1U : 0U;
    }
    CHECK(n_failed >= 2);
    CHECK(n_finished >= 2);
    CHECK(workspace.mlops({"show", "good"}).out.find("out of memory") != std::string::npos);
  }

  TEST_CASE("a training that runs out of memory at its end leaves the champion and tells people") {
    const Workspace workspace;
    train_champion(workspace);
    workspace.write("corners.csv", corners_table(300));
    const Finished finished =
        run(without_memory(workspace, "refit",
                           {"train", "corners.csv", "--target", "y", "--name", "unlucky",
                            "--preset", "fast", "--max-trials", "6", "--json"}));
    CAPTURE(finished.err);
    CHECK(finished.status == 8);
    CHECK(finished.out.empty());
    CHECK(finished.err.find("train.out_of_memory") != std::string::npos);
    check_only_the_champion_is_there(workspace);
  }
}

}  // namespace mlops::test
