#include "registry/registry.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "registry/layout.hpp"
#include "registry/sealed.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;
using test::error_code_of;
using test::ScratchRegistry;

TEST_SUITE_BEGIN("registry/registry");

TEST_CASE("an absent registry has no models, and reading it creates nothing") {
  const ScratchRegistry scratch;
  CHECK(scratch.registry.names().empty());
  CHECK(scratch.registry.summaries().empty());
  CHECK_FALSE(scratch.registry.exists("churn"));
  CHECK(error_code_of([&] { (void)scratch.registry.versions("churn"); }) == "model.not_found");
  CHECK(error_code_of([&] { scratch.registry.append_event("churn", {}); }) == "model.not_found");
  CHECK_FALSE(fs::exists(scratch.registry.root()));
}

TEST_CASE("creating is idempotent, a registry of a newer format is refused") {
  const ScratchRegistry scratch;
  scratch.registry.create_if_absent();
  const std::string before = read_file(scratch.path("registry.yaml"));
  scratch.registry.create_if_absent();
  CHECK(read_file(scratch.path("registry.yaml")) == before);
  struct Case {
    std::string name;
    std::string text;
    std::string code;
  };
  const Case cases[] = {
      {"newer", seal({{"format", "mlops-registry"}, {"version", "2"}}), "registry.format"},
      {"another program's", seal({{"format", "other"}, {"version", "1"}}), "registry.format"},
      {"not sealed", "format: mlops-registry\nversion: 1\n", "file.seal"},
      {"empty", "", "file.seal"}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    write_file_atomically(scratch.path("registry.yaml"), c.text);
    CHECK(error_code_of([&] { scratch.registry.create_if_absent(); }) == c.code);
    CHECK(error_code_of([&] { (void)scratch.registry.names(); }) == c.code);
    CHECK(error_code_of([&] { (void)scratch.registry.begin_version("churn"); }) == c.code);
  }
}

TEST_CASE("names are sorted, and what is not a model is not listed") {
  const ScratchRegistry scratch;
  for (const char* name : {"zeta", "alpha", "m-1"}) scratch.publish(name);
  write_new_file(scratch.path("models/file"), "x");
  fs::create_directories(scratch.path("models/Not A Model"));
  CHECK(scratch.registry.names() == std::vector<std::string>{"alpha", "m-1", "zeta"});
}

TEST_CASE("an unknown model or version is not found, with a suggestion") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  try {
    (void)scratch.registry.resolve({"chrun", ""});
    FAIL("found");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::not_found);
    CHECK(error.hint() == "did you mean 'churn'?");
  }
  try {
    (void)scratch.registry.manifest("churn", 7);
    FAIL("found");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "model 'churn' has no version 7");
    CHECK(error.hint() == "it has 1 version, the latest is 1");
  }
}

TEST_CASE("a reference without selector means the champion, else the latest") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 4; ++i) scratch.publish("churn");
  const Registry& registry = scratch.registry;
  CHECK(registry.resolve({"churn", ""}) == 4);
  for (const char* alias : {"champion", "previous", "challenger"}) {
    CAPTURE(std::string(alias));
    CHECK(error_code_of([&] { (void)registry.resolve({"churn", alias}); }) == "alias.not_set");
  }
  scratch.deploy("churn", 1);
  scratch.deploy("churn", 2);
  registry.set_challenger("churn", Challenger{.version = 3, .traffic_share = 0.25}, {});
  struct Case {
    std::string selector;
    Version version;
  };
  const Case cases[] = {{"", 2},       {"champion", 2}, {"previous", 1}, {"challenger", 3},
                        {"latest", 4}, {"1", 1},        {"4", 4}};
  for (const Case& c : cases) {
    CAPTURE(c.selector);
    CHECK(registry.resolve({"churn", c.selector}) == c.version);
  }
  CHECK(error_code_of([&] { (void)registry.resolve({"churn", "5"}); }) == "version.not_found");
}

TEST_CASE("a version directory without manifest is not a version") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  scratch.publish("churn");
  fs::remove(scratch.path("models/churn/versions/2/manifest.yaml"));
  CHECK(scratch.registry.versions("churn") == std::vector<Version>{1});
  CHECK(scratch.registry.resolve({"churn", "latest"}) == 1);
  CHECK(error_code_of([&] { scratch.deploy("churn", 2); }) == "version.not_found");
}

TEST_CASE("a version whose files differ from its manifest is damaged") {
  struct Case {
    std::string name;
    void (*damage)(const fs::path& version);
    std::string reason;
  };
  const Case cases[] = {
      {"flipped bit", [](const fs::path& v) { test::damage(v / "model/weights.bin", 2); },
       "'model/weights.bin' does not have the hash it had"},
      {"missing", [](const fs::path& v) { fs::remove(v / "pipeline.json"); },
       "'pipeline.json' is missing"},
      {"extra", [](const fs::path& v) { write_new_file(v / "model/x", ""); },
       "'model/x' is not in the manifest"},
      {"longer", [](const fs::path& v) { append_to_file(v / "pipeline.json", "x"); },
       "'pipeline.json' has 16 bytes instead of 15"}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const ScratchRegistry scratch;
    scratch.publish("churn");
    scratch.registry.check_integrity("churn", 1);
    c.damage(scratch.path("models/churn/versions/1"));
    try {
      scratch.registry.check_integrity("churn", 1);
      FAIL("not noticed");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
      CHECK(std::string(error.what()).find(c.reason) != std::string::npos);
    }
  }
}

TEST_CASE("a version moved to another place is not taken for another version") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  fs::rename(scratch.path("models/churn/versions/1"), scratch.path("models/churn/versions/5"));
  CHECK(error_code_of([&] { (void)scratch.registry.manifest("churn", 5); }) ==
        "manifest.misplaced");
}

TEST_CASE("summaries show counts, aliases, and the champion's small metadata") {
  const ScratchRegistry scratch;
  Json metadata = {{"task", "binary"}, {"trials", Json::array()}};
  for (int i = 0; i < 1000; ++i) metadata["trials"].push_back(i);
  scratch.publish("churn", "a", metadata);
  scratch.publish("churn", "b", {{"task", "regression"}});
  scratch.publish("other");
  scratch.deploy("churn", 1);
  auto summaries = scratch.registry.summaries();
  REQUIRE(summaries.size() == 2);
  CHECK(summaries[0].name == "churn");
  CHECK(summaries[0].n_versions == 2);
  CHECK(summaries[0].latest == 2);
  CHECK(summaries[0].aliases.champion == 1U);
  CHECK(summaries[0].shown->version == 1);
  CHECK(summaries[0].shown->metadata == Json{{"task", "binary"}});
  CHECK(summaries[1].shown->version == 1);
  test::damage(scratch.path("models/other/versions/1/manifest.yaml"), 0);
  test::damage(scratch.path("models/churn/aliases.yaml"), 3);
  summaries = scratch.registry.summaries();
  REQUIRE(summaries.size() == 2);
  CHECK_FALSE(summaries[0].damage.empty());
  CHECK_FALSE(summaries[1].damage.empty());
}

TEST_CASE("a registry that was moved works at its new place") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  scratch.deploy("churn", 1);
  const fs::path moved = scratch.directory.path() / "elsewhere";
  fs::rename(scratch.registry.root(), moved);
  const Registry registry(moved, scratch.clock);
  CHECK(registry.resolve({"churn", "champion"}) == 1);
  registry.check_integrity("churn", 1);
  CHECK(registry.events("churn").size() == 2);
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
