// The gate of `deploy`, and what becomes of a version that is not whole.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>

#include "registry/registry.hpp"
#include "support/cli.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

const std::string kCustomers = std::string(MLOPS_EXAMPLES) + "/churn/customers.csv";
const char* const kRequest = R"({"instances":[{"plan":"fibre","tenure_months":3}]})";

Json train(const Workspace& workspace, std::vector<std::string> options = {}) {
  std::vector<std::string> arguments{"train", kCustomers, "--target", "churned",      "--name",
                                     "churn", "--preset", "fast",     "--max-trials", "1"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return workspace.mlops_json(std::move(arguments));
}

void flip_a_byte(const fs::path& file) {
  std::string bytes = read_file(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x20);
  write_file_atomically(file, bytes);
}

/// Publishes version 1's files again with `change` made to them: whole, but not what it was.
registry::Version publish_changed(const Workspace& workspace, void (*change)(const fs::path&)) {
  const SystemClock clock;
  const registry::Registry store(workspace.registry(), clock, "a test");
  registry::Publication publication = store.begin_version("churn");
  for (const auto& file : store.manifest("churn", 1).files) {
    const fs::path target = publication.directory() / file.path;
    fs::create_directories(target.parent_path());
    fs::copy(store.version_directory("churn", 1) / file.path, target);
  }
  change(publication.directory());
  return publication.commit(store.manifest("churn", 1).metadata);
}

/// Other answers than the model gives.
void change_expected_answers(const fs::path& version) {
  const fs::path file = version / "self_test.json";
  Json test = parse_json(read_file(file), "self_test.json");
  for (Json& answer : test["answers"]) answer = Json::array({0.5, 0.5});
  write_file_atomically(file, dump_json(test));
}

/// Moves the alias without any gate, as an older or a broken program might.
void move_champion(const Workspace& workspace, registry::Version version) {
  const SystemClock clock;
  const registry::Registry store(workspace.registry(), clock, "a test");
  store.set_champion("churn", version, {.type = "deployed", .message = "without a gate"});
}

Json champion_of(const Workspace& workspace) {
  return workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"];
}

}  // namespace

TEST_SUITE("cli/deploy") {
  TEST_CASE("a version that wants other columns is named and needs --force") {
    const Workspace workspace;
    static_cast<void>(train(workspace));
    CHECK(train(workspace, {"--drop", "plan", "--no-deploy"})["version"] == 2);
    const Finished refused = workspace.mlops({"deploy", "churn@2"});
    CHECK(refused.status == 5);
    CHECK(refused.err.find("column 'plan' is gone") != std::string::npos);
    CHECK(refused.err.find("--force") != std::string::npos);
    CHECK(champion_of(workspace) == 1);
    const Json forced = workspace.mlops_json({"deploy", "churn@2", "--force"});
    CHECK(forced["champion_before"] == 1);
    CHECK(forced["schema_changes"][0] == "column 'plan' is gone");
    CHECK(champion_of(workspace) == 2);
    CHECK(workspace.mlops_json({"rollback", "churn"})["version"] == 1);
  }

  TEST_CASE("a whole version that does not give its stored answers is not deployed") {
    const Workspace workspace;
    static_cast<void>(train(workspace));
    CHECK(publish_changed(workspace, change_expected_answers) == 2);
    CHECK(workspace.mlops_json({"fsck"})["damaged"] == false);
    const Finished refused = workspace.mlops({"deploy", "churn@2"});
    CAPTURE(refused.err);
    CHECK(refused.status == 6);
    CHECK(champion_of(workspace) == 1);
    CHECK(workspace.mlops({"predict", "churn@2", kCustomers}).status == 6);
  }

  TEST_CASE("predict refuses a version with any file damaged, missing or added") {
    const Workspace workspace;
    static_cast<void>(train(workspace));
    const fs::path version = workspace.registry() / "models/churn/versions/1";
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(version))
      if (entry.is_regular_file()) files.push_back(entry.path());
    for (const fs::path& file : files) {
      CAPTURE(file.string());
      const std::string content = read_file(file);
      flip_a_byte(file);
      CHECK(workspace.mlops({"predict", "churn", kCustomers}).status == 6);
      write_file_atomically(file, content);
    }
    write_file_atomically(version / "extra", "x");
    CHECK(workspace.mlops({"predict", "churn", kCustomers}).status == 6);
    fs::remove(version / "extra");
    CHECK(workspace.mlops({"predict", "churn", kCustomers}).status == 0);
    fs::remove(version / "model.bin");
    CHECK(workspace.mlops({"predict", "churn", kCustomers}).status == 6);
  }

  TEST_CASE("a server keeps its champion when a damaged version is deployed over it") {
    const Workspace workspace;
    static_cast<void>(train(workspace));
    static_cast<void>(train(workspace, {"--seed", "2"}));
    CHECK(champion_of(workspace) == 2);
    const Serving serving(workspace);
    flip_a_byte(workspace.registry() / "models/churn/versions/1/model.bin");
    move_champion(workspace, 1);
    const auto refused = [&](const HttpAnswer&) {
      return serving.log().find("model_not_loaded") != std::string::npos;
    };
    static_cast<void>(serving.get_until("/readyz", refused));
    CHECK(serving.log().find("version 1 of 'churn' is damaged") != std::string::npos);
    const HttpAnswer answer = serving.post("/v1/models/churn/predict", kRequest);
    CHECK(answer.status == 200);
    CHECK(answer.json()["version"] == 2);
    CHECK(serving.get("/readyz").status == 200);
    move_champion(workspace, 2);
    CHECK(workspace.mlops({"deploy", "churn@1"}).status == 6);
  }

  TEST_CASE(
      "a server starts beside a damaged champion, says 503 for it, and refuses to start alone") {
    const Workspace workspace;
    static_cast<void>(train(workspace));
    const fs::path file = workspace.registry() / "models/churn/versions/1/model.bin";
    const std::string whole = read_file(file);
    flip_a_byte(file);
    const Finished alone = workspace.mlops({"serve", "--port", "0"});
    CAPTURE(alone.err);
    CHECK(alone.status == 6);
    CHECK(alone.err.find("version 1 of 'churn' is damaged") != std::string::npos);
    const std::string damaged = read_file(file);
    write_file_atomically(file, whole);
    static_cast<void>(workspace.mlops_json({"export", "churn@1", "churn.tar.gz"}));
    static_cast<void>(workspace.mlops_json({"import", "churn.tar.gz", "--name", "other"}));
    static_cast<void>(workspace.mlops_json({"deploy", "other@1"}));
    write_file_atomically(file, damaged);
    const Serving serving(workspace);
    CHECK(serving.post("/v1/models/other/predict", kRequest).status == 200);
    const HttpAnswer refused = serving.post("/v1/models/churn/predict", kRequest);
    CHECK(refused.status == 503);
    CHECK(refused.json()["code"] == "serve.model_not_loaded");
    CHECK(refused.body.find("version 1 of 'churn' is damaged") != std::string::npos);
    write_file_atomically(file, whole);
    static_cast<void>(workspace.mlops_json({"deploy", "churn@1"}));
    const auto answers = [](const HttpAnswer& answer) { return answer.status == 200; };
    CHECK(serving.get_until("/v1/models/churn", answers).status == 200);
  }

  TEST_CASE("a running server follows a deploy and a rollback without losing a request") {
    const Workspace workspace;
    static_cast<void>(train(workspace));
    static_cast<void>(train(workspace, {"--seed", "2"}));
    const Serving serving(workspace);
    for (const int version : {1, 2}) {
      CAPTURE(version);
      static_cast<void>(workspace.mlops_json({"deploy", fmt::format("churn@{}", version)}));
      const HttpAnswer answer =
          serving.get_until("/v1/models/churn", [&](const HttpAnswer& described) {
            CHECK(serving.post("/v1/models/churn/predict", kRequest).status == 200);
            return described.status == 200 && described.json()["version"] == version;
          });
      CHECK(answer.json()["version"] == version);
    }
  }
}

}  // namespace mlops::test
