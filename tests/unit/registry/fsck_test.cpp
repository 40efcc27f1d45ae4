#include "registry/fsck.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/sqlite.hpp"
#include "registry/aliases.hpp"
#include "registry/events.hpp"
#include "registry/layout.hpp"
#include "registry/sealed.hpp"
#include "registry/staging.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;
using test::ScratchRegistry;

/// "kind code path" of every finding, a line each.
std::string findings_of(const FsckReport& report) {
  std::string lines;
  for (const Finding& f : report.findings)
    lines += std::string(to_string(f.kind)) + " " + f.code + " " + f.path + "\n";
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Two models, three versions, aliases, a tag, a removed version, a snapshot.
struct UsedRegistry : ScratchRegistry {
  std::string dataset = registry.store_dataset("a,b\n1,2\n");

  UsedRegistry() {
    publish("churn", "one", {{"data", dataset}});
    publish("churn", "two");
    publish("churn", "three");
    publish("churn", "four");
    publish("other");
    deploy("churn", 1);
    deploy("churn", 2);
    registry.set_challenger("churn", Challenger{.version = 4, .traffic_share = 0.1}, {});
    registry.set_tag("churn", "audited", 2);
    registry.remove_version("churn", 3, "a test");
  }
};

TEST_SUITE_BEGIN("registry/fsck");

TEST_CASE("a whole registry has no findings, and everything in it was looked at") {
  const UsedRegistry used;
  const FsckReport report = fsck(used.registry);
  CHECK(findings_of(report) == "");
  CHECK(report.n_models == 2);
  CHECK(report.n_versions == 4);
  CHECK(report.n_files == 8);
  CHECK(report.n_bytes == 4 * 15 + 3 + 3 + 4 + 7);
  CHECK(report.n_events == 10);
  CHECK(report.n_datasets == 1);
}

TEST_CASE("an absent registry is not found") {
  const ScratchRegistry scratch;
  CHECK(test::error_code_of([&] { (void)fsck(scratch.registry); }) == "registry.not_found");
}

struct Damage {
  std::string name;
  void (*inflict)(const UsedRegistry&);
  std::vector<std::string> findings;
};

const Damage kDamages[] = {
    {"file flipped",
     [](const UsedRegistry& r) {
       test::damage(r.path("models/churn/versions/1/pipeline.json"), 3);
     },
     {"damage file.changed models/churn/versions/1/pipeline.json"}},
    {"file missing",
     [](const UsedRegistry& r) { fs::remove(r.path("models/churn/versions/4/model/weights.bin")); },
     {"damage file.changed models/churn/versions/4/model/weights.bin"}},
    {"file extra",
     [](const UsedRegistry& r) { write_new_file(r.path("models/churn/versions/4/x"), ""); },
     {"damage file.changed models/churn/versions/4/x"}},
    {"link in a version",
     [](const UsedRegistry& r) { fs::create_symlink("x", r.path("models/other/versions/1/l")); },
     {"damage version.unreadable models/other/versions/1"}},
    {"manifest flipped",
     [](const UsedRegistry& r) {
       test::damage(r.path("models/other/versions/1/manifest.yaml"), 9);
     },
     {"damage manifest.changed models/other/versions/1/manifest.yaml"}},
    {"manifest missing",
     [](const UsedRegistry& r) { fs::remove(r.path("models/other/versions/1/manifest.yaml")); },
     {"damage manifest.missing models/other/versions/1"}},
    {"version gone",
     [](const UsedRegistry& r) { fs::remove_all(r.path("models/churn/versions/2")); },
     {"damage alias.dangling models/churn/aliases.yaml",
      "damage alias.dangling models/churn/tags.yaml",
      "damage version.missing models/churn/versions/2"}},
    {"latest version gone",
     [](const UsedRegistry& r) { fs::remove_all(r.path("models/other/versions/1")); },
     {"damage version.missing models/other/versions/1"}},
    {"version swapped for another model's",
     [](const UsedRegistry& r) {
       fs::remove_all(r.path("models/other/versions/1"));
       fs::copy(r.path("models/churn/versions/1"), r.path("models/other/versions/1"),
                fs::copy_options::recursive);
     },
     {"damage manifest.misplaced models/other/versions/1/manifest.yaml",
      "damage manifest.replaced models/other/versions/1/manifest.yaml"}},
    {"aliases flipped",
     [](const UsedRegistry& r) { test::damage(r.path("models/churn/aliases.yaml"), 10); },
     {"damage aliases.changed models/churn/aliases.yaml"}},
    {"aliases gone",
     [](const UsedRegistry& r) { fs::remove(r.path("models/churn/aliases.yaml")); },
     {"damage aliases.unfinished models/churn/aliases.yaml"}},
    {"aliases replaced by hand",
     [](const UsedRegistry& r) {
       test::overwrite(r.path("models/churn/aliases.yaml"), seal({{"champion", "4"}}));
     },
     {"damage aliases.unfinished models/churn/aliases.yaml"}},
    {"tags flipped",
     [](const UsedRegistry& r) { test::damage(r.path("models/churn/tags.yaml"), 2); },
     {"damage tags.changed models/churn/tags.yaml"}},
    {"tags gone",
     [](const UsedRegistry& r) { fs::remove(r.path("models/churn/tags.yaml")); },
     {"damage tags.unfinished models/churn/tags.yaml"}},
    {"removed.yaml flipped",
     [](const UsedRegistry& r) { test::damage(r.path("models/churn/removed.yaml"), 2); },
     {"damage removed.changed models/churn/removed.yaml"}},
    {"removed.yaml gone",
     [](const UsedRegistry& r) { fs::remove(r.path("models/churn/removed.yaml")); },
     {"damage version.missing models/churn/versions/3"}},
    {"event flipped",
     [](const UsedRegistry& r) { test::damage(r.path("models/other/events.jsonl"), 30); },
     {"damage events.broken_chain models/other/events.jsonl"}},
    {"events gone",
     [](const UsedRegistry& r) { fs::remove(r.path("models/churn/events.jsonl")); },
     {"damage aliases.unfinished models/churn/aliases.yaml",
      "damage events.missing models/churn/events.jsonl",
      "damage tags.unfinished models/churn/tags.yaml",
      "leftover publication.unrecorded models/churn/versions/1",
      "leftover publication.unrecorded models/churn/versions/2",
      "leftover publication.unrecorded models/churn/versions/4"}},
    {"format flipped",
     [](const UsedRegistry& r) { test::damage(r.path("registry.yaml"), 1); },
     {"damage registry.format registry.yaml"}},
    {"format gone",
     [](const UsedRegistry& r) { fs::remove(r.path("registry.yaml")); },
     {"damage registry.format_missing registry.yaml"}},
    {"model.yaml is no YAML",
     [](const UsedRegistry& r) { test::overwrite(r.path("models/churn/model.yaml"), "a: [1\n"); },
     {"damage config.malformed models/churn/model.yaml"}},
    {"unknown files",
     [](const UsedRegistry& r) {
       write_new_file(r.path("x"), "");
       write_new_file(r.path("models/x"), "");
       write_new_file(r.path("models/churn/x"), "");
       write_new_file(r.path("models/churn/versions/x"), "");
       write_new_file(r.path("datasets/x"), "");
       write_new_file(r.path("README.md"), "about this registry");
     },
     {"orphan file.unknown datasets/x", "orphan file.unknown models/churn/versions/x",
      "orphan file.unknown models/churn/x", "orphan file.unknown models/x",
      "orphan file.unknown x"}},
};

TEST_CASE("every kind of damage is named, alone, and repair leaves it alone") {
  for (const Damage& damage : kDamages) {
    CAPTURE(damage.name);
    const UsedRegistry used;
    damage.inflict(used);
    CHECK(findings_of(fsck(used.registry)) == joined(damage.findings));
    const FsckReport repaired = fsck(used.registry, FsckMode::repair);
    CHECK(findings_of(repaired) == joined(damage.findings));
    for (const Finding& finding : repaired.findings)
      CHECK(finding.repaired == (finding.kind == FindingKind::leftover));
  }
}

TEST_CASE("a damaged or missing snapshot is named, and one nobody needs is an orphan") {
  const UsedRegistry used;
  const std::string unneeded = used.registry.store_dataset("c\n1\n");
  CHECK(findings_of(fsck(used.registry)) ==
        joined({"orphan dataset.unreferenced datasets/" + unneeded + ".csv.gz"}));
  fs::remove(used.path("datasets/" + unneeded + ".csv.gz"));
  const auto path = layout::dataset(used.registry.root(), used.dataset);
  test::damage(path, 14);
  CHECK(findings_of(fsck(used.registry)) ==
        joined({"damage dataset.changed datasets/" + used.dataset + ".csv.gz"}));
  fs::remove(path);
  CHECK(findings_of(fsck(used.registry)) ==
        joined({"damage dataset.missing datasets/" + used.dataset + ".csv.gz"}));
}

TEST_CASE("damaged observations are named") {
  const UsedRegistry used;
  const fs::path path = used.registry.observations_path("churn");
  SqliteDatabase(path, SqliteOpen::read_write_create)
      .execute("CREATE TABLE t(a); CREATE INDEX i ON t(a)");
  CHECK(fsck(used.registry).findings.empty());
  test::damage(path, 0);
  CHECK(findings_of(fsck(used.registry)) ==
        joined({"damage observations.damaged models/churn/observations.sqlite"}));
}

struct Leftover {
  std::string name;
  void (*leave)(const UsedRegistry&);
  std::vector<std::string> findings;
};

void record_only(const UsedRegistry& used, Event event) {
  EventWriter(used.path("models/churn/events.jsonl"), used.clock, "x").append(std::move(event));
}

const Leftover kLeftovers[] = {
    {"staging without lock",
     [](const UsedRegistry& r) {
       fs::create_directories(r.path("models/.staging-abcdef/version"));
     },
     {"leftover staging.abandoned models/.staging-abcdef"}},
    {"staging of a dead owner",
     [](const UsedRegistry& r) {
       fs::create_directories(r.path("models/.staging-abcdef/version"));
       write_new_file(r.path("models/.staging-abcdef/lock"), "");
     },
     {"leftover staging.abandoned models/.staging-abcdef"}},
    {"torn event",
     [](const UsedRegistry& r) { append_to_file(r.path("models/churn/events.jsonl"), "{\"seq"); },
     {"leftover events.torn models/churn/events.jsonl"}},
    {"unfinished change of the aliases",
     [](const UsedRegistry& r) {
       Event event{.type = "deployed", .message = {}};
       event.evidence["aliases"] =
           aliases_to_json({.champion = 4, .previous = 2, .challenger = {}});
       record_only(r, event);
       write_new_file(r.path("models/churn/.aliases.yaml.tmp"), seal({{"champion", "4"}}));
     },
     {"leftover replacement.unfinished models/churn/.aliases.yaml.tmp",
      "leftover aliases.unfinished models/churn/aliases.yaml"}},
    {"unfinished tag",
     [](const UsedRegistry& r) {
       Event event{.type = "tagged", .message = {}};
       event.evidence["tags"] = {{"audited", 1}};
       record_only(r, event);
       write_new_file(r.path("models/churn/.tags.yaml.tmp"), "half a fi");
     },
     {"leftover replacement.unfinished models/churn/.tags.yaml.tmp",
      "leftover tags.unfinished models/churn/tags.yaml"}},
    {"unfinished removal",
     [](const UsedRegistry& r) {
       test::overwrite(
           r.path("models/churn/removed.yaml"),
           removed_to_text({{3, "2026-03-02T18:23:07.000Z"}, {4, "2026-03-02T18:23:07.000Z"}}));
     },
     {"leftover removal.unfinished models/churn/versions/4"}},
    {"unrecorded publication",
     [](const UsedRegistry& r) {
       const std::string events = read_file(r.path("models/churn/events.jsonl"));
       r.publish("churn");
       test::overwrite(r.path("models/churn/events.jsonl"), events);
     },
     {"leftover publication.unrecorded models/churn/versions/5"}},
    {"unfinished snapshot",
     [](const UsedRegistry& r) { write_new_file(r.path("datasets/.x.csv.gz.tmp"), "half"); },
     {"leftover replacement.unfinished datasets/.x.csv.gz.tmp"}},
    {"unfinished format",
     [](const UsedRegistry& r) { write_new_file(r.path(".registry.yaml.tmp"), "half"); },
     {"leftover replacement.unfinished .registry.yaml.tmp"}},
};

TEST_CASE("what a crash leaves is named, removed by repair, and nothing is lost") {
  for (const Leftover& leftover : kLeftovers) {
    CAPTURE(leftover.name);
    const UsedRegistry used;
    leftover.leave(used);
    const Aliases aliases = used.registry.aliases("churn");
    const auto versions = used.registry.versions("churn");
    CHECK(findings_of(fsck(used.registry)) == joined(leftover.findings));
    const FsckReport repaired = fsck(used.registry, FsckMode::repair);
    CHECK(findings_of(repaired) == joined(leftover.findings));
    CHECK(repaired.count(FindingKind::leftover) == 0);
    CHECK(findings_of(fsck(used.registry)) == "");
    CHECK(used.registry.aliases("churn") == aliases);
    CHECK(used.registry.versions("churn") == versions);
    (void)used.registry.events("churn");
  }
}

TEST_CASE("a staging directory whose owner lives is not touched") {
  const UsedRegistry used;
  Publication publication = used.registry.begin_version("churn");
  write_new_file(publication.directory() / "file", "content");
  CHECK(fsck(used.registry, FsckMode::repair).findings.empty());
  CHECK(publication.commit({}) == 5);
}

TEST_CASE("a registry whose creation was interrupted is completed") {
  const ScratchRegistry scratch;
  fs::create_directories(scratch.path("models"));
  CHECK(findings_of(fsck(scratch.registry)) ==
        joined({"leftover registry.format_missing registry.yaml"}));
  (void)fsck(scratch.registry, FsckMode::repair);
  CHECK(fsck(scratch.registry).findings.empty());
}

TEST_CASE("kinds of findings have names that read back") {
  for (const FindingKind kind : {FindingKind::damage, FindingKind::leftover, FindingKind::orphan})
    CHECK(parse_finding_kind(to_string(kind)) == kind);
  CHECK_FALSE(parse_finding_kind("other"));
}

TEST_CASE("a version that was lost can be written off, and its number stays taken") {
  void (*const losses[])(const ScratchRegistry&) = {
      [](const ScratchRegistry& r) { fs::remove_all(r.path("models/churn/versions/1")); },
      [](const ScratchRegistry& r) { fs::remove(r.path("models/churn/versions/1/manifest.yaml")); },
      [](const ScratchRegistry& r) { fs::remove_all(r.path("models/churn/versions/3")); }};
  for (std::size_t i = 0; i < std::size(losses); ++i) {
    CAPTURE(i);
    const ScratchRegistry scratch;
    for (int version = 0; version < 3; ++version) scratch.publish("churn");
    const Version lost = i == 2 ? 3 : 1;
    CHECK_FALSE(is_lost_version(scratch.registry, "churn", lost));
    losses[i](scratch);
    CHECK(is_lost_version(scratch.registry, "churn", lost));
    CHECK(fsck(scratch.registry).count(FindingKind::damage) == 1);
    scratch.registry.remove_version("churn", lost, "it was lost");
    CHECK(findings_of(fsck(scratch.registry)) == "");
    CHECK_FALSE(is_lost_version(scratch.registry, "churn", lost));
    CHECK(test::error_code_of([&] { scratch.registry.remove_version("churn", lost, ""); }) ==
          "version.not_found");
    CHECK(scratch.publish("churn") == 4);
  }
  const ScratchRegistry scratch;
  scratch.publish("churn");
  for (const Version version : {0U, 2U}) {
    CHECK_FALSE(is_lost_version(scratch.registry, "churn", version));
    CHECK(test::error_code_of([&] { scratch.registry.remove_version("churn", version, ""); }) ==
          "version.not_found");
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
