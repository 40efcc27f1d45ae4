// The committed reference is what the program says of itself.
#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace mlops::test {

TEST_SUITE("cli/reference") {
  TEST_CASE("docs/cli.md is current: mlops help --markdown > docs/cli.md") {
    const Workspace workspace;
    // Without the workspace's MLOPS_REGISTRY, which would show as the default.
    const Finished finished = run({.program = MLOPS_BINARY,
                                   .arguments = {"help", "--markdown"},
                                   .directory = workspace.path()});
    CHECK(finished.status == 0);
    CHECK(finished.out == read_file(std::string(MLOPS_EXAMPLES) + "/../docs/cli.md"));
  }

  TEST_CASE("every command explains itself with examples and exit statuses") {
    const Workspace workspace;
    for (const char* name :
         {"inspect", "train",   "deploy",  "rollback",   "serve",  "predict", "feedback",
          "monitor", "alerts",  "retrain", "backtest",   "replay", "list",    "show",
          "compare", "history", "verify",  "fsck",       "gc",     "export",  "import",
          "rm",      "doctor",  "config",  "completion", "help"}) {
      CAPTURE(name);
      const Finished finished = workspace.mlops({name, "--help"});
      CHECK(finished.status == 0);
      CHECK(finished.err.empty());
      CHECK(finished.out.find("Examples:") != std::string::npos);
      CHECK(finished.out.find("Exit status:") != std::string::npos);
    }
  }
}

}  // namespace mlops::test
