// The loop closes: labelled predictions of a changed world make a new champion, bad data does not.
#include <doctest/doctest.h>

#include "support/churn.hpp"
#include "support/told.hpp"

namespace mlops::test {
namespace {

Json retrain(const Workspace& workspace, std::vector<std::string> options) {
  options.insert(options.begin(), {"retrain", "churn", "--max-trials", "3"});
  return workspace.mlops_json(options)["models"][0];
}

int champion(const Workspace& workspace) {
  return workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"].get<int>();
}

}  // namespace

TEST_SUITE("cli/retrain") {
  TEST_CASE("a changed relation makes a better challenger champion and rollback undoes it") {
    const Workspace workspace;
    train_churn(workspace);
    const Json outcome = retrain(workspace, {"--data", example("after_price_change.csv")});
    CHECK(outcome["outcome"] == "promoted");
    CHECK(champion(workspace) == 2);
    CHECK(workspace.mlops_json({"rollback", "churn"})["version"] == 1);
    CHECK(champion(workspace) == 1);
  }

  TEST_CASE("a past that was not chosen is tried again the next time") {
    const Workspace workspace;
    train_churn(workspace);
    const Json first = retrain(workspace, {"--data", example("after_price_change.csv")});
    REQUIRE(first["outcome"] == "promoted");
    REQUIRE(first["windows"].size() == 2);
    std::size_t n_known = 0;
    for (const Json& window : first["windows"])
      n_known = std::max(n_known, window["rows"].get<std::size_t>());
    const bool forgot = first["windows"][1]["chosen"].get<bool>();
    const Json second = retrain(workspace, {"--data", example("new_customers.csv")});
    CAPTURE(dump_json(first["windows"]));
    CAPTURE(dump_json(second["windows"]));
    CHECK(second["windows"].size() == (forgot ? 3 : 2));
    // All rows are all that the line has ever learnt from, whatever its champion has forgotten.
    CHECK(second["windows"][0]["rows"].get<std::size_t>() > n_known + 1000);
  }

  TEST_CASE("more of the same world keeps the champion, or needs a reason not to") {
    const Workspace workspace;
    train_churn(workspace);
    const Json outcome = retrain(workspace, {"--data", example("new_customers.csv")});
    const Json& gate = outcome["gate"];
    CAPTURE(dump_json(gate));
    // Either verdict is legal, but promotion only with every criterion passed.
    if (outcome["outcome"] == "promoted") {
      for (const Json& criterion : gate["criteria"]) CHECK(criterion["passed"] == true);
    } else {
      CHECK(champion(workspace) == 1);
    }
    CHECK(workspace.mlops_json({"show", "churn@2"})["lineage"]["parent"] == 1);
  }

  TEST_CASE("a promoted model that turns out worse is rolled back, told of, and not tried again") {
    const Workspace workspace;
    train_churn(workspace);
    const Receiver receiver({200});
    write_file_atomically(
        workspace.registry() / "models/churn/model.yaml",
        "notify:\n  - {kind: webhook, target: '" + receiver.url("/hook") + "'}\n");
    // The delivery says that the world has changed; the customers who come are the old ones.
    REQUIRE(retrain(workspace, {"--data", example("after_price_change.csv")})["outcome"] ==
            "promoted");
    const Json waiting = retrain(workspace, {"--if-needed"});
    CHECK(waiting["probation"]["verdict"] == "open");
    CHECK(waiting["probation"]["outcomes"] == 0);
    const auto challenger = [&] {
      return workspace.mlops_json({"list"})["models"][0]["aliases"]["challenger"];
    };
    CAPTURE(dump_json(challenger()));
    CHECK(challenger()["version"] == 1);
    CHECK(challenger()["shadow"] == true);
    serve_customers(workspace, "new_customers.csv", 1500);
    static_cast<void>(feed_back(workspace, "new_customers.csv"));

    const std::string before = read_file(workspace.registry() / "models/churn/events.jsonl");
    const Json dry = retrain(workspace, {"--if-needed", "--dry-run"});
    CHECK(dry["outcome"] == "dry_run");
    CHECK(dry["sentence"].get<std::string>().find("would be champion again") != std::string::npos);
    CHECK(champion(workspace) == 2);
    CHECK(read_file(workspace.registry() / "models/churn/events.jsonl") == before);

    const Json outcome = retrain(workspace, {"--if-needed"});
    CAPTURE(dump_json(outcome["probation"]));
    CHECK(outcome["probation"]["shadowed"] > 0);
    CHECK(challenger().is_null());
    MESSAGE("probation: " << dump_json(outcome["probation"]));
    CHECK(outcome["outcome"] == "rolled_back");
    CHECK(outcome["probation"]["champion_score"].get<double>() <
          outcome["probation"]["predecessor_score"].get<double>());
    CHECK(champion(workspace) == 1);
    const std::vector<Json> told = told_to(receiver);
    REQUIRE(told.size() == 2);
    check_is_for_people(told[0], "churn");
    CHECK(told[0]["rule"] == "delivery");
    CHECK(told[0]["message"].get<std::string>().find("is unusual: column 'signed_up'") !=
          std::string::npos);
    MESSAGE(told[1]["message"].get<std::string>());
    check_is_for_people(told[1], "churn");
    CHECK(told[1]["rule"] == "probation");
    CHECK(told[1]["severity"] == "critical");
    CHECK(told[1]["message"].get<std::string>().find("back to churn@1 from @2") !=
          std::string::npos);

    const Json again = retrain(workspace, {"--if-needed"});
    CHECK(again["outcome"] == "not_needed");
    CHECK(again["probation"].is_null());
    CHECK(champion(workspace) == 1);
    const Json events = workspace.mlops_json({"history", "churn"})["events"];
    CHECK(events.back()["type"] == "rolled_back");
  }

  TEST_CASE("a probation takes its shadow away when it ends, and leaves other people's") {
    const Workspace workspace;
    train_churn(workspace);
    const auto shadow = [&] {
      return workspace.mlops_json({"list"})["models"][0]["aliases"]["challenger"];
    };
    const auto policy = workspace.registry() / "models/churn/model.yaml";
    REQUIRE(retrain(workspace, {"--data", example("after_price_change.csv")})["outcome"] ==
            "promoted");
    CHECK(shadow()["version"] == 1);
    write_file_atomically(policy, "retraining: {probation: 1s}\n");
    Json probation;
    for (int look = 0; look < 500 && probation["verdict"] != "passed"; ++look) {
      pause_between_looks();
      probation = retrain(workspace, {"--if-needed"})["probation"];
    }
    CHECK(probation["verdict"] == "passed");
    CHECK(shadow().is_null());

    static_cast<void>(workspace.mlops_json({"deploy", "churn@1"}));
    static_cast<void>(
        workspace.mlops_json({"deploy", "churn@2", "--as", "challenger", "--shadow"}));
    CHECK(retrain(workspace, {"--if-needed"})["probation"].is_null());
    CHECK(shadow()["version"] == 2);
  }

  TEST_CASE("a file that is named and not there is the caller's slip: status 4, no failure told") {
    const Workspace workspace;
    train_churn(workspace);
    const std::string before = read_file(workspace.registry() / "models/churn/events.jsonl");
    const Finished finished = workspace.mlops({"retrain", "churn", "--data", "absent.csv"});
    CHECK(finished.status == 4);
    CHECK(finished.err.find("absent.csv") != std::string::npos);
    CHECK(finished.err.find("hint") != std::string::npos);
    CHECK(read_file(workspace.registry() / "models/churn/events.jsonl") == before);
  }

  TEST_CASE("without anything new there is nothing to do, quietly") {
    const Workspace workspace;
    train_churn(workspace);
    const Finished quiet = workspace.mlops({"retrain", "--all", "--if-needed"});
    CHECK(quiet.status == 0);
    CHECK(quiet.out.empty());
    CHECK(quiet.err.empty());
    CHECK(retrain(workspace, {"--if-needed"})["outcome"] == "not_needed");
    CHECK(champion(workspace) == 1);
  }

  TEST_CASE("a delivery that does not fit is put aside with the reason, the champion stays") {
    const Workspace workspace;
    train_churn(workspace);
    workspace.write("other.csv", "a,b\n1,2\n3,4\n");
    const Json outcome = retrain(workspace, {"--data", "other.csv"});
    CHECK(outcome["outcome"] == "not_needed");
    REQUIRE(outcome["data"]["quarantined"].size() == 1);
    CHECK(outcome["data"]["quarantined"][0]["reason"].get<std::string>().find("plan") !=
          std::string::npos);
    CHECK(champion(workspace) == 1);
  }

  TEST_CASE("permuted labels lose at the gate") {
    const Workspace workspace;
    train_churn(workspace);
    // Outcomes from the row before: same shares, no relation to the inputs.
    const std::string text = read_file(example("new_customers.csv"));
    std::string permuted;
    std::string previous = "no";
    std::size_t start = 0;
    bool header = true;
    while (start < text.size()) {
      const std::size_t end = text.find('\n', start);
      const std::string line = text.substr(start, end - start);
      const std::size_t comma = line.rfind(',');
      permuted += header ? line : line.substr(0, comma + 1) + previous;
      if (!header) previous = line.substr(comma + 1);
      permuted += '\n';
      header = false;
      start = end + 1;
    }
    workspace.write("permuted.csv", permuted);
    const Json outcome = retrain(workspace, {"--data", "permuted.csv"});
    CAPTURE(dump_json(outcome["gate"]));
    CHECK(outcome["outcome"] == "kept");
    CHECK(champion(workspace) == 1);
  }
}

}  // namespace mlops::test
