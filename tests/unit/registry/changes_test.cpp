#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "registry/aliases.hpp"
#include "registry/events.hpp"
#include "registry/layout.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;
using test::error_code_of;
using test::ScratchRegistry;

TEST_SUITE_BEGIN("registry/changes");

TEST_CASE("a new champion pushes the old one to previous and ends its own challenge") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 3; ++i) scratch.publish("churn");
  const Registry& registry = scratch.registry;
  CHECK_FALSE(registry.set_champion("churn", 1, {.type = "deployed", .message = {}}));
  registry.set_challenger("churn", Challenger{.version = 2, .shadow = true}, {});
  CHECK(registry.aliases("churn").challenger->shadow);
  CHECK(registry.set_champion("churn", 2, {.type = "deployed", .message = {}}) == 1U);
  const Aliases aliases = registry.aliases("churn");
  CHECK(aliases.champion == 2U);
  CHECK(aliases.previous == 1U);
  CHECK_FALSE(aliases.challenger);
  CHECK(registry.set_champion("churn", 2, {.type = "deployed", .message = {}}) == 2U);
  CHECK(registry.aliases("churn") == aliases);
}

TEST_CASE("a rollback swaps champion and previous") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 2; ++i) scratch.publish("churn");
  scratch.deploy("churn", 1);
  scratch.deploy("churn", 2);
  scratch.deploy("churn", scratch.registry.resolve({"churn", "previous"}));
  CHECK(scratch.registry.aliases("churn").champion == 1U);
  CHECK(scratch.registry.aliases("churn").previous == 2U);
}

TEST_CASE("a change of the aliases is recorded with the state it leads to") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  scratch.registry.set_champion(
      "churn", 1, {.type = "deployed", .message = "because", .evidence = {{"auc", 0.9}}});
  const std::vector<Event> events = scratch.registry.events("churn");
  REQUIRE(events.size() == 2);
  CHECK(events[1].type == "deployed");
  CHECK(events[1].message == "because");
  CHECK(events[1].evidence.at("auc") == 0.9);
  CHECK(*aliases_from_json(events[1].evidence.at("aliases")) == scratch.registry.aliases("churn"));
}

TEST_CASE("a change that cannot be made leaves aliases and events as they were") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  scratch.deploy("churn", 1);
  const Registry& registry = scratch.registry;
  const std::string aliases = read_file(scratch.path("models/churn/aliases.yaml"));
  const std::string events = read_file(scratch.path("models/churn/events.jsonl"));
  CHECK(error_code_of([&] { registry.set_champion("churn", 9, {}); }) == "version.not_found");
  CHECK(error_code_of([&] { registry.set_champion("nope", 1, {}); }) == "model.not_found");
  CHECK(error_code_of([&] { registry.set_challenger("churn", Challenger{.version = 1}, {}); }) ==
        "alias.is_champion");
  CHECK(error_code_of([&] { registry.set_challenger("churn", Challenger{.version = 9}, {}); }) ==
        "version.not_found");
  for (const double share : {-0.1, 1.1}) {
    CHECK(error_code_of([&] {
            registry.set_challenger("churn", Challenger{.version = 1, .traffic_share = share}, {});
          }) == "alias.bad_share");
  }
  CHECK(read_file(scratch.path("models/churn/aliases.yaml")) == aliases);
  CHECK(read_file(scratch.path("models/churn/events.jsonl")) == events);
}

TEST_CASE("a recorded change whose process died before the aliases moved is noticed by the next") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 3; ++i) scratch.publish("churn");
  scratch.deploy("churn", 1);
  Event lost{.type = "deployed", .message = "died before the rename"};
  lost.evidence["aliases"] = aliases_to_json({.champion = 2, .previous = 1, .challenger = {}});
  EventWriter(scratch.path("models/churn/events.jsonl"), scratch.clock, "x").append(lost);
  CHECK(scratch.registry.aliases("churn").champion == 1U);
  scratch.deploy("churn", 3);
  const std::vector<Event> events = scratch.registry.events("churn");
  REQUIRE(events.size() >= 3);
  const Event& reconciled = events[events.size() - 2];
  CHECK(reconciled.type == "reconciled");
  CHECK(aliases_from_json(reconciled.evidence.at("aliases"))->champion == 1U);
  CHECK(scratch.registry.aliases("churn").previous == 1U);
}

TEST_CASE("an event appended by others cannot claim a state of the aliases") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  scratch.registry.append_event(
      "churn", {.type = "alert",
                .message = "drift",
                .evidence = {{"aliases", {{"champion", 9}, {"challenger", nullptr}}}}});
  CHECK_FALSE(scratch.registry.events("churn").back().evidence.contains("aliases"));
}

TEST_CASE("a broken chain is named by its first broken line") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  scratch.deploy("churn", 1);
  test::damage(scratch.path("models/churn/events.jsonl"), 30);
  try {
    (void)scratch.registry.events("churn");
    FAIL("not noticed");
  } catch (const Error& error) {
    CHECK(error.code() == "events.broken_chain");
    CHECK(std::string(error.what()).find("broken at line 1") != std::string::npos);
  }
}

TEST_CASE("tags name versions, are recorded and can be taken away") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 2; ++i) scratch.publish("churn");
  const Registry& registry = scratch.registry;
  registry.set_tag("churn", "audited", 1);
  registry.set_tag("churn", "audited", 2);
  registry.set_tag("churn", "q1", 1);
  CHECK(registry.tags("churn") == std::map<std::string, Version>{{"audited", 2}, {"q1", 1}});
  registry.set_tag("churn", "q1", std::nullopt);
  CHECK(registry.tags("churn") == std::map<std::string, Version>{{"audited", 2}});
  CHECK(error_code_of([&] { registry.set_tag("churn", "q1", std::nullopt); }) == "tag.not_found");
  CHECK(error_code_of([&] { registry.set_tag("churn", "Q1", 1); }) == "tag.bad_name");
  CHECK(error_code_of([&] { registry.set_tag("churn", "sha256", 1); }) == "tag.bad_name");
  CHECK(error_code_of([&] { registry.set_tag("churn", "x", 9); }) == "version.not_found");
  CHECK(registry.events("churn").back().type == "untagged");
}

TEST_CASE("a removed version is gone, recorded, and its number is never given out again") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 3; ++i) scratch.publish("churn");
  scratch.registry.remove_version("churn", 3, "not needed");
  scratch.registry.remove_version("churn", 1, "old");
  CHECK(scratch.registry.versions("churn") == std::vector<Version>{2});
  CHECK(scratch.registry.events("churn").back().message == "version 1 was removed: old");
  CHECK(scratch.publish("churn") == 4);
  CHECK(error_code_of([&] { scratch.registry.remove_version("churn", 1, ""); }) ==
        "version.not_found");
}

TEST_CASE("a version that an alias or a tag names is not removed") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 5; ++i) scratch.publish("churn");
  scratch.deploy("churn", 1);
  scratch.deploy("churn", 2);
  scratch.registry.set_challenger("churn", Challenger{.version = 3}, {});
  scratch.registry.set_tag("churn", "audited", 4);
  for (const Version version : {1U, 2U, 3U, 4U}) {
    CAPTURE(version);
    CHECK(error_code_of([&] { scratch.registry.remove_version("churn", version, ""); }) ==
          "version.in_use");
  }
  scratch.registry.remove_version("churn", 5, "");
  CHECK(scratch.registry.versions("churn") == std::vector<Version>{1, 2, 3, 4});
}

TEST_CASE("a removed model is gone with everything, unless somebody is training it") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  scratch.publish("churn-2");
  {
    const auto training = scratch.registry.try_lock_model("churn", "train");
    REQUIRE(training);
    CHECK(error_code_of([&] { scratch.registry.remove_model("churn"); }) == "model.busy");
  }
  scratch.registry.remove_model("churn");
  CHECK(scratch.registry.names() == std::vector<std::string>{"churn-2"});
  CHECK_FALSE(fs::exists(scratch.path("models/churn")));
  CHECK(error_code_of([&] { scratch.registry.remove_model("churn"); }) == "model.not_found");
  CHECK(scratch.publish("churn") == 1);
}

TEST_CASE("one holder at a time has a model's lock of one purpose, and nobody else waits") {
  const ScratchRegistry scratch;
  {
    const auto first = scratch.registry.try_lock_model("churn", "retrain");
    CHECK(first);
    CHECK_FALSE(scratch.registry.try_lock_model("churn", "retrain"));
    CHECK(scratch.registry.try_lock_model("churn", "train"));
    CHECK(scratch.registry.try_lock_model("other", "retrain"));
    CHECK(scratch.publish("churn") == 1);
    scratch.deploy("churn", 1);
  }
  CHECK(scratch.registry.try_lock_model("churn", "retrain"));
  CHECK(error_code_of([&] { (void)scratch.registry.try_lock_model("churn", "write"); }) ==
        "lock.bad_purpose");
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
