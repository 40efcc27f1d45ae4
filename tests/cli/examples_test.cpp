// The examples that other systems start: the CI pipeline, the systemd units.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/churn.hpp"

namespace mlops::test {
namespace {

/// examples/ci/pipeline.sh on the churn customers, asking for a log loss.
Finished pipeline(const Workspace& workspace, const char* minimum) {
  return run({.program = std::string(MLOPS_EXAMPLES) + "/ci/pipeline.sh",
              .arguments = {example("customers.csv"), "churned", "churn", minimum,
                            workspace.registry().string(), "out"},
              .directory = workspace.path(),
              .extra = {{"MLOPS", MLOPS_BINARY}, {"PRESET", "fast"}, {"USER", "tester"}},
              .input = {}});
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_SUITE("cli/examples") {
  TEST_CASE("the pipeline trains, exports, imports and deploys, each step with a verdict") {
    const Workspace workspace;
    const Finished finished = pipeline(workspace, "0.6");
    CAPTURE(finished.err);
    CHECK(finished.status == 0);
    const std::string junit = read_file(workspace.path() / "out/junit.xml");
    CAPTURE(junit);
    CHECK(junit.starts_with("<?xml"));
    CHECK(junit.find("tests=\"6\" failures=\"0\" skipped=\"0\"") != std::string::npos);
    CHECK(count(junit, "<testcase ") == 6);
    CHECK(count(junit, "</testcase>") == 6);
    const Json trained = parse_json(read_file(workspace.path() / "out/train.json"), "train.json");
    CHECK(trained["schema"] == "mlops/train/v1");
    CHECK(std::filesystem::exists(workspace.path() / "out/churn.tar.gz"));
    CHECK(workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"] == 1);
  }

  TEST_CASE("a minimum that is not reached ends with 10, deploys nothing and is in the report") {
    const Workspace workspace;
    const Finished finished = pipeline(workspace, "0.0001");
    CHECK(finished.status == 10);
    const std::string junit = read_file(workspace.path() / "out/junit.xml");
    CAPTURE(junit);
    CHECK(junit.find("failures=\"1\" skipped=\"4\"") != std::string::npos);
    CHECK(junit.find("<failure type=\"exit status 10\"") != std::string::npos);
    CHECK(count(junit, "<skipped/>") == 4);
    CHECK_FALSE(std::filesystem::exists(workspace.path() / "out/churn.tar.gz"));
    CHECK_FALSE(std::filesystem::exists(workspace.registry() / "models/churn"));
  }

  TEST_CASE("the timer's service runs a command that there is") {
    const std::string unit =
        read_file(std::string(MLOPS_EXAMPLES) + "/systemd/mlops-retrain.service");
    const std::string start = "ExecStart=/usr/local/bin/mlops --registry /var/lib/mlops/registry ";
    const std::size_t at = unit.find(start);
    REQUIRE(at != std::string::npos);
    const std::size_t first = at + start.size();
    CHECK(unit.substr(first, unit.find('\n', first) - first) == "retrain --all --if-needed");
    const Workspace workspace;
    std::filesystem::create_directories(workspace.registry());
    const Finished quiet = workspace.mlops({"retrain", "--all", "--if-needed"});
    CHECK(quiet.status == 0);
    CHECK(quiet.out.empty());
    CHECK(quiet.err.empty());
  }
}

}  // namespace mlops::test
