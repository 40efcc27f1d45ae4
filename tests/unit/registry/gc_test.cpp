#include "registry/gc.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "registry/fsck.hpp"
#include "registry/layout.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

using test::error_code_of;
using test::ScratchRegistry;

std::vector<Version> removed_of(const GcReport& report, std::string_view model) {
  std::vector<Version> versions;
  for (const RemovedVersion& removed : report.versions) {
    if (removed.model == model) versions.push_back(removed.version);
  }
  return versions;
}

/// Ten versions: 1 and 2 were champion, 3 is previous, 4 champion, 5 challenger, 6 tagged.
struct TenVersions : ScratchRegistry {
  TenVersions() {
    for (int i = 0; i < 10; ++i) publish("churn", std::to_string(i));
    for (const Version version : {1U, 2U, 3U, 4U}) deploy("churn", version);
    registry.set_challenger("churn", Challenger{.version = 5}, {});
    registry.set_tag("churn", "audited", 6);
  }
};

TEST_SUITE_BEGIN("registry/gc");

TEST_CASE("kept are the newest, what aliases and tags name, and every former champion") {
  struct Case {
    std::uint32_t keep_last;
    std::vector<Version> removed;
  };
  const Case cases[] = {{0, {7, 8, 9, 10}}, {1, {7, 8, 9}}, {3, {7}}, {4, {}}, {100, {}}};
  for (const Case& c : cases) {
    CAPTURE(c.keep_last);
    const TenVersions ten;
    const GcPolicy policy{.keep_last = c.keep_last};
    CHECK(removed_of(collect_garbage(ten.registry, policy, GcMode::plan), "churn") == c.removed);
    CHECK(ten.registry.versions("churn").size() == 10);
    CHECK(removed_of(collect_garbage(ten.registry, policy, GcMode::remove), "churn") == c.removed);
    CHECK(ten.registry.versions("churn").size() == 10 - c.removed.size());
    CHECK(collect_garbage(ten.registry, policy, GcMode::remove).versions.empty());
    CHECK(fsck(ten.registry).findings.empty());
  }
}

TEST_CASE("a snapshot goes when no version needs it and nobody asked for it lately") {
  ScratchRegistry scratch;
  const std::string needed = scratch.registry.store_dataset("a\n1\n");
  const std::string unneeded = scratch.registry.store_dataset("b\n1\n");
  const std::string of_old = scratch.registry.store_dataset("c\n1\n");
  scratch.publish("churn", "x", {{"data", of_old}});
  scratch.publish("churn", "x", {{"recipe", {{"snapshots", {needed}}}}});
  // The files' times are the machine's: the registry's clock is set before and after them.
  scratch.clock.set(*parse_rfc3339("2020-01-01T00:00:00Z"));
  CHECK(collect_garbage(scratch.registry, {}, GcMode::remove).snapshots.empty());
  scratch.clock.set(*parse_rfc3339("2100-01-01T00:00:00Z"));
  const GcPolicy policy{.keep_last = 1};
  const GcReport plan = collect_garbage(scratch.registry, policy, GcMode::plan);
  CHECK(plan.snapshots.size() == 2);
  CHECK(plan.freed_bytes() > 0);
  const GcReport report = collect_garbage(scratch.registry, policy, GcMode::remove);
  CHECK(removed_of(report, "churn") == std::vector<Version>{1});
  REQUIRE(report.snapshots.size() == 2);
  CHECK(report.freed_bytes() == plan.freed_bytes());
  CHECK(scratch.registry.load_dataset(needed) == "a\n1\n");
  for (const std::string& gone : {unneeded, of_old})
    CHECK(error_code_of([&] { (void)scratch.registry.load_dataset(gone); }) == "dataset.not_found");
  CHECK(fsck(scratch.registry).findings.empty());
}

TEST_CASE("a model with damaged books is skipped, and then no snapshot is removed") {
  for (const std::string file : {"events.jsonl", "aliases.yaml", "versions/10/manifest.yaml"}) {
    CAPTURE(file);
    TenVersions ten;
    ten.registry.store_dataset("unneeded");
    ten.clock.set(*parse_rfc3339("2100-01-01T00:00:00Z"));
    test::damage(ten.path("models/churn/" + file), 20);
    const GcReport report = collect_garbage(ten.registry, {.keep_last = 9}, GcMode::remove);
    CHECK(report.versions.empty());
    CHECK(report.snapshots.empty());
    REQUIRE(report.skipped.size() == 2);
    CHECK(report.skipped[0].what == "churn");
    CHECK(report.skipped[1].what == "datasets");
  }
}

TEST_CASE("an empty registry has no garbage, and a negative grace is refused") {
  const ScratchRegistry scratch;
  CHECK(collect_garbage(scratch.registry, {}, GcMode::remove).versions.empty());
  CHECK(error_code_of([&] {
          (void)collect_garbage(scratch.registry, {.snapshot_grace_micros = -1}, GcMode::plan);
        }) == "gc.bad_policy");
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
