// Training under bad luck, and training the same thing again.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "cli/training_tables.hpp"
#include "support/cli.hpp"

namespace mlops::test {
TEST_SUITE("cli/training") {
  TEST_CASE("odd tables are learnt from or refused with the contract's status and a sentence") {
    struct Case {
      const char* name;
      std::string table;
      int status;
      const char* code;  ///< of the error, or of a warning when the status is 0; may be empty
    };
    const auto two = [](std::size_t, Random& random) {
      return fmt::format("{:.3f}", random.normal());
    };
    const Case cases[] = {
        {"one class only",
         csv("a,b,y", 40, [&](auto i, auto& r) { return two(i, r) + "," + two(i, r) + ",yes"; }), 3,
         "data.target_one_class"},
        {"two rows of a class",
         csv("a,b,y", 40,
             [&](auto i, auto& r) {
               return two(i, r) + "," + two(i, r) + (i == 3 || i == 30 ? ",yes" : ",no");
             }),
         0, "data.rare_class"},
        {"target missing in rows",
         csv("a,b,y", 40,
             [&](auto i, auto& r) {
               return two(i, r) + "," + two(i, r) + "," + (i % 5 == 0 ? "" : coin(r));
             }),
         0, "data.missing_target"},
        {"target missing everywhere",
         csv("a,b,y", 40, [&](auto i, auto& r) { return two(i, r) + "," + two(i, r) + ","; }), 3,
         "data.target_missing_everywhere"},
        {"all features constant", csv("a,b,y", 40, [](auto, auto& r) { return "1,z," + coin(r); }),
         3, "learn.no_features"},
        {"not numbers and infinities",
         csv("a,b,y", 40,
             [&](auto i, auto& r) {
               const char* odd[] = {"NaN", "inf", "-inf", "0.5"};
               return fmt::format("{},{},{}", odd[i % 4], two(i, r), coin(r));
             }),
         0, ""},
        {"numbers beyond what a float holds",
         csv("a,b,y", 40,
             [&](auto i, auto& r) {
               return fmt::format("{},{},{}", i % 3 == 0 ? "1e300" : "-1e39", two(i, r), coin(r));
             }),
         0, ""},
        {"5,000 classes",
         csv("a,b,y", 10'000,
             [&](auto i, auto& r) { return fmt::format("{},{},k{}", i, two(i, r), i % 5000); }),
         3, "data.target_too_many_classes"},
        {"three rows", "a,b,y\n1,2,yes\n2,3,no\n3,4,yes\n", 0, "data.few_rows"},
        {"two rows", "a,b,y\n1,2,yes\n2,3,no\n", 3, "learn.too_few_rows"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const Workspace workspace;
      workspace.write("odd.csv", c.table);
      const Finished finished = workspace.mlops(quick({"train", "odd.csv", "--json"}));
      CAPTURE(finished.out);
      CAPTURE(finished.err);
      CHECK(finished.status == c.status);
      CHECK((c.status == 0 ? finished.out : finished.err).find(c.code) != std::string::npos);
      CHECK(n_versions(workspace, "odd") == (c.status == 0 ? 1 : 0));
    }
  }

  TEST_CASE("10,000 columns are learnt from") {
    const Workspace workspace;
    workspace.write("wide.csv", wide_table(30, 10'000));
    const Json trained = workspace.mlops_json({"train", "wide.csv", "--target", "y", "--preset",
                                               "fast", "--folds", "2", "--max-trials", "1"});
    CHECK(trained["features"] == 10'000);
    CHECK(n_versions(workspace, "wide") == 1);
    const Json shown = workspace.mlops_json({"show", "wide"});
    const Json& importance = shown["importance"];
    CHECK(importance.size() == 10'000);
    CHECK(std::any_of(importance.begin(), importance.end(),
                      [](const Json& entry) { return entry["importance"] > 0; }));
  }

  TEST_CASE("a training that fails leaves the champion, says so in the log and tells people") {
    const Workspace workspace;
    train_champion(workspace);
    workspace.write("one.csv", "a,b,y\n1,2,yes\n2,3,yes\n3,4,yes\n4,5,yes\n");
    CHECK(workspace.mlops(quick({"train", "one.csv", "--name", "unlucky"})).status == 3);
    check_only_the_champion_is_there(workspace);
  }

  TEST_CASE("a full disk ends a training with 8, a sentence, and nothing half-registered") {
    const Workspace workspace;
    train_champion(workspace);
    workspace.write("more.csv", good_table(5000));
    // Files may have 8 blocks of 512 bytes: too few for the snapshot, enough for the event log.
    Command limited = workspace.command({});
    limited.program = "/bin/sh";
    limited.arguments = {"-c", "ulimit -f 8; exec \"$0\" \"$@\"", MLOPS_BINARY};
    for (const auto& word : quick({"train", "more.csv", "--name", "unlucky", "--json"}))
      limited.arguments.push_back(word);
    const Finished finished = run(limited);
    CAPTURE(finished.err);
    CHECK(finished.status == 8);
    CHECK(finished.out.empty());
    CHECK(finished.err.find("File too large") != std::string::npos);
    check_only_the_champion_is_there(workspace);
  }

  TEST_CASE("verify repeats a training by every learner in another process, to the last bit") {
    struct Case {
      const char* name;
      std::string table;
      std::vector<std::string> options;
      std::vector<std::string> learners;  ///< that must have been tried
    };
    const Case cases[] = {
        {"numbers, every learner",
         numbers_table(40),
         {"--preset", "best", "--folds", "2", "--max-trials", "20", "--threads", "2"},
         {"linear", "xgboost", "mlp", "svm", "kernel_ridge", "random_forest"}},
        {"classes, every learner",
         good_table(40),
         {"--preset", "best", "--folds", "2", "--max-trials", "18", "--threads", "2"},
         {"linear", "xgboost", "mlp", "svm", "random_forest"}},
        {"a search that the clock ended",
         good_table(1200),
         {"--preset", "fast", "--time-limit", "0.5"},
         {"linear"}},
        {"a search with a metric, folds and a time column",
         numbers_table(1100),
         {"--preset", "fast", "--max-trials", "3", "--metric", "mae", "--folds", "3",
          "--time-column", "a"},
         {"linear"}},
        {"class weights, every learner",
         rare_table(60),
         {"--preset", "best", "--folds", "2", "--max-trials", "18", "--threads", "2",
          "--class-weights", "balanced"},
         {"linear", "xgboost", "mlp", "svm", "random_forest"}},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const Workspace workspace;
      workspace.write("table.csv", c.table);
      std::vector<std::string> arguments{"train", "table.csv", "--target", "y", "--name", "again"};
      arguments.insert(arguments.end(), c.options.begin(), c.options.end());
      const Json trained = workspace.mlops_json(arguments);
      for (const auto& learner : c.learners) {
        CAPTURE(learner);
        const Json& board = trained["leaderboard"];
        CHECK(std::any_of(board.begin(), board.end(), [&](const Json& entry) {
          return entry["learner"] == learner && !entry.contains("failure");
        }));
      }
      const Json report = workspace.mlops_json({"verify", "again@1"});
      CAPTURE(report);
      CHECK(report["identical"] == true);
      CHECK(report["repeated_sha256"] == trained["artifact_sha256"]);
      CHECK(report["different_trials"].empty());
      CHECK(report["metric"]["repeated"] == report["metric"]["recorded"]);
      CHECK(n_versions(workspace, "again") == 1);
    }
  }

  TEST_CASE("class weights are kept by retraining, told in the card, and refused for numbers") {
    const Workspace workspace;
    workspace.write("rare.csv", rare_table(300));
    workspace.write("more.csv", rare_table(420));
    workspace.write("numbers.csv", numbers_table(60));
    const auto weighted = [](std::vector<std::string> arguments) {
      arguments.insert(arguments.end(), {"--class-weights", "balanced"});
      return quick(std::move(arguments));
    };
    static_cast<void>(workspace.mlops_json(weighted({"train", "rare.csv", "--name", "rare"})));
    CHECK(workspace.mlops({"show", "rare", "--card"}).out.find("--class-weights balanced") !=
          std::string::npos);
    static_cast<void>(workspace.mlops_json(
        {"retrain", "rare", "--data", "more.csv", "--preset", "fast", "--max-trials", "2"}));
    const Json recipe = workspace.mlops_json({"show", "rare@2"})["recipe"];
    CAPTURE(recipe.dump());
    CHECK(recipe["options"]["class_weights"] == "balanced");
    static_cast<void>(
        workspace.mlops_json({"retrain", "rare", "--data", "more.csv", "--preset", "fast",
                              "--max-trials", "2", "--class-weights", "none"}));
    CHECK(workspace.mlops_json({"show", "rare@3"})["recipe"]["options"]["class_weights"] == "none");
    CHECK(workspace.mlops_json({"verify", "rare@2"})["identical"] == true);

    const Finished refused = workspace.mlops(weighted({"train", "numbers.csv", "--json"}));
    CAPTURE(refused.err);
    CHECK(refused.status == 2);
    CHECK(refused.err.find("learn.class_weights") != std::string::npos);
    CHECK(refused.err.find("hint") != std::string::npos);
    CHECK(n_versions(workspace, "numbers") == 0);
  }

  TEST_CASE("verify ends with 10 and shows both hashes when other bytes come out") {
    const Workspace workspace;
    workspace.write("table.csv", good_table(80));
    const Json trained = workspace.mlops_json(
        {"train", "table.csv", "--target", "y", "--name", "again", "--max-trials", "4"});
    // A recipe with another seed, sealed again as the format says.
    const auto path = workspace.registry() / "models/again/versions/1/manifest.yaml";
    std::string text = read_file(path);
    text.replace(text.find("\"seed\": 42"), 10, "\"seed\": 43");
    text.resize(text.rfind("  \"manifest_sha256\""));
    write_file_atomically(
        path, fmt::format("{}  \"manifest_sha256\": \"{}\"\n}}\n", text, sha256_hex(text)));
    const Finished finished = workspace.mlops({"verify", "again@1", "--json"});
    CAPTURE(finished.err);
    CHECK(finished.status == 10);
    const Json report = parse_json(finished.out, "verify");
    CHECK(report["identical"] == false);
    CHECK(report["recorded_sha256"] == trained["artifact_sha256"]);
    CHECK(report["repeated_sha256"] != report["recorded_sha256"]);
    CHECK(!report["different_trials"].empty());
  }

  TEST_CASE("verify without a snapshot asks for the file, and for no other") {
    const Workspace workspace;
    workspace.write("table.csv", good_table(80));
    workspace.write("other.csv", good_table(81));
    static_cast<void>(
        workspace.mlops_json(quick({"train", "table.csv", "--name", "again", "--no-snapshot"})));
    struct Case {
      std::vector<std::string> options;
      int status;
      const char* code;
    };
    const Case cases[] = {{{}, 4, "verify.no_snapshot"},
                          {{"--data", "other.csv"}, 3, "verify.other_data"},
                          {{"--data", "table.csv"}, 0, ""}};
    for (const Case& c : cases) {
      std::vector<std::string> arguments{"verify", "again", "--json"};
      arguments.insert(arguments.end(), c.options.begin(), c.options.end());
      const Finished finished = workspace.mlops(arguments);
      CAPTURE(finished.err);
      CHECK(finished.status == c.status);
      CHECK(finished.err.find(c.code) != std::string::npos);
    }
  }
}

}  // namespace mlops::test
