// Logged requests answered again: the same version changes nothing, a better one is seen to be.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/churn.hpp"

namespace mlops::test {

TEST_SUITE("cli/replay") {
  TEST_CASE("a version replays its own answers, another one changes some, truth says for better") {
    const Workspace workspace;
    train_churn(workspace);
    serve_customers(workspace, "after_price_change.csv", 600);
    REQUIRE(feed_back(workspace, "after_price_change.csv")["accepted"] == 600);

    const Json itself = workspace.mlops_json({"replay", "churn@1"});
    CHECK(itself["rows"] == 600);
    CHECK(itself["answered_by"] == Json::array({1}));
    CHECK(itself["changed"] == 0);
    CHECK(itself["mean_change"] == 0.0);
    CHECK(itself["truth"]["fixed"] == 0);
    CHECK(itself["examples"].empty());

    static_cast<void>(workspace.mlops_json({"train", example("after_price_change.csv"), "--target",
                                            "churned", "--name", "churn", "--preset", "fast",
                                            "--max-trials", "3", "--no-deploy"}));
    const Json other = workspace.mlops_json({"replay", "churn@2"});
    CHECK(other["rows"] == 600);
    CHECK(other["changed"].get<int>() > 0);
    CHECK(other["examples"].size() == 5);
    int n = 0;
    for (const Json& change : other["changes"]) n += change["n"].get<int>();
    CHECK(n == other["changed"]);
    // @2 was trained on these very rows.
    CHECK(other["truth"]["n"] == 600);
    CHECK(other["truth"]["replayed"].get<double>() > other["truth"]["logged"].get<double>());
    CHECK(other["truth"]["p_better"].get<double>() < 0.05);
    CHECK(workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"] == 1);
  }

  TEST_CASE("without traffic there is nothing to replay, and that is said") {
    const Workspace workspace;
    train_churn(workspace);
    const Finished finished = workspace.mlops({"replay", "churn"});
    CHECK(finished.status == 0);
    CHECK(finished.out.find("none in this time") != std::string::npos);
    CHECK(workspace.mlops_json({"replay", "churn"})["truth"].is_null());
  }

  TEST_CASE("bad references and durations are named") {
    const Workspace workspace;
    train_churn(workspace);
    CHECK(workspace.mlops({"replay", "churn@9"}).status == 4);
    const Finished finished = workspace.mlops({"replay", "churn", "--since", "soon"});
    CHECK(finished.status == 2);
    CHECK(finished.err.find("soon") != std::string::npos);
  }
}

}  // namespace mlops::test
