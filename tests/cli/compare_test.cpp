// `compare`: two versions of a model, or two models, side by side.
#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace mlops::test {
namespace {

Json train(const Workspace& workspace, const std::string& name, std::vector<std::string> options) {
  std::vector<std::string> arguments{
      "train",        std::string(MLOPS_EXAMPLES) + "/churn/customers.csv",
      "--target",     "churned",
      "--name",       name,
      "--preset",     "fast",
      "--max-trials", "1"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return workspace.mlops_json(std::move(arguments));
}

}  // namespace

TEST_SUITE("cli/compare") {
  TEST_CASE("two versions: what they score, want, were trained with") {
    const Workspace workspace;
    static_cast<void>(train(workspace, "churn", {"--seed", "1"}));
    static_cast<void>(train(workspace, "churn", {"--seed", "2", "--drop", "plan"}));
    const Json report = workspace.mlops_json({"compare", "churn@1", "churn"});
    CHECK(report["schema"] == "mlops/compare/v1");
    CHECK(report["a"]["version"] == 1);
    CHECK(report["b"]["version"] == 2);
    CHECK(report["b"]["champion"] == true);
    CHECK(report["same_data"] == true);
    CHECK(report["schema_changes"] == Json({"column 'plan' is gone"}));
    CHECK(report["a"]["size_bytes"].get<int>() > 0);
    CHECK(report["a"]["predict_us"].get<double>() > 0);
    const Json shown = workspace.mlops_json({"show", "churn@1"});
    REQUIRE(report["metrics"].size() == shown["metrics"].size());
    for (std::size_t i = 0; i < shown["metrics"].size(); ++i) {
      CHECK(report["metrics"][i]["name"] == shown["metrics"][i]["name"]);
      CHECK(report["metrics"][i]["a"]["value"] == shown["metrics"][i]["value"]);
    }
    bool seed_named = false;
    for (const Json& difference : report["recipe"])
      seed_named = seed_named || (difference["name"] == "options.seed" && difference["a"] == "1" &&
                                  difference["b"] == "2");
    CHECK(seed_named);

    const Finished piped = workspace.mlops({"compare", "churn@1", "churn@2"});
    CHECK(piped.status == 0);
    CHECK(piped.out.starts_with("compared\tA\tB\nversion\tchurn@1\tchurn@2\n"));
    CHECK(piped.out.find("column 'plan' is gone") != std::string::npos);
    CHECK(piped.out.find('\x1b') == std::string::npos);
  }

  TEST_CASE("two models, and what is not there") {
    const Workspace workspace;
    static_cast<void>(train(workspace, "churn", {}));
    static_cast<void>(train(workspace, "other", {}));
    CHECK(workspace.mlops_json({"compare", "churn", "other"})["recipe"].empty());
    CHECK(workspace.mlops({"compare", "churn", "churn@7"}).status == 4);
    CHECK(workspace.mlops({"compare", "churn", "chrun"}).err.find("did you mean 'churn'") !=
          std::string::npos);
    CHECK(workspace.mlops({"compare", "churn"}).status == 2);
    CHECK(workspace.mlops({"compare", "churn", "Churn!"}).status == 2);
    const std::filesystem::path manifest =
        workspace.registry() / "models/other/versions/1/manifest.yaml";
    write_file_atomically(manifest, read_file(manifest).substr(100));
    CHECK(workspace.mlops({"compare", "churn", "other"}).status == 6);
  }
}

}  // namespace mlops::test
