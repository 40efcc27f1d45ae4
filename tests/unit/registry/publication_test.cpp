#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.hpp"
#include "registry/events.hpp"
#include "registry/layout.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;
using test::error_code_of;
using test::ScratchRegistry;

/// Every path below the registry but lock files, relative, sorted.
std::vector<std::string> tree_of(const ScratchRegistry& scratch) {
  std::vector<std::string> paths;
  if (!fs::exists(scratch.registry.root())) return paths;
  for (const auto& entry : fs::recursive_directory_iterator(scratch.registry.root())) {
    const std::string path = entry.path().lexically_relative(scratch.registry.root()).string();
    if (path.find("lock") == std::string::npos) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST_SUITE_BEGIN("registry/publication");

TEST_CASE("a published version is numbered from 1, whole, and described by its manifest") {
  const ScratchRegistry scratch;
  CHECK(scratch.publish("churn", "abc", {{"task", "binary"}}) == 1);
  CHECK(scratch.publish("churn", "def") == 2);
  CHECK(scratch.registry.versions("churn") == std::vector<Version>{1, 2});
  const Manifest manifest = scratch.registry.manifest("churn", 1);
  CHECK(manifest.model == "churn");
  CHECK(manifest.version == 1);
  CHECK(manifest.metadata.at("task") == "binary");
  REQUIRE(manifest.files.size() == 2);
  CHECK(manifest.files[0].path == "model/weights.bin");
  CHECK(manifest.files[0].sha256 == sha256_hex("abc"));
  CHECK(manifest.files[0].size_bytes == 3);
  scratch.registry.check_integrity("churn", 1);
  CHECK(read_file(scratch.path("models/churn/model.yaml")) == "monitor: {}\n");
  CHECK(tree_of(scratch) ==
        std::vector<std::string>{
            "datasets", "models", "models/churn", "models/churn/events.jsonl",
            "models/churn/model.yaml", "models/churn/versions", "models/churn/versions/1",
            "models/churn/versions/1/manifest.yaml", "models/churn/versions/1/model",
            "models/churn/versions/1/model/weights.bin", "models/churn/versions/1/pipeline.json",
            "models/churn/versions/2", "models/churn/versions/2/manifest.yaml",
            "models/churn/versions/2/model", "models/churn/versions/2/model/weights.bin",
            "models/churn/versions/2/pipeline.json", "registry.yaml"});
}

TEST_CASE("directories of a published version can be read by others") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  struct stat info {};
  REQUIRE(::stat(scratch.path("models/churn/versions/1").c_str(), &info) == 0);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  CHECK((info.st_mode & 0777) == (0777 & ~mask));
}

TEST_CASE("a publication dropped without commit leaves the registry as it was") {
  const ScratchRegistry scratch;
  scratch.registry.create_if_absent();
  const auto before = tree_of(scratch);
  {
    Publication publication = scratch.registry.begin_version("churn", "x: 1\n");
    write_new_file(publication.directory() / "file", "content");
    CHECK_FALSE(scratch.registry.exists("churn"));
    CHECK(scratch.registry.names().empty());
  }
  CHECK(tree_of(scratch) == before);
}

TEST_CASE("a model's own model.yaml is never overwritten") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  write_file_atomically(scratch.path("models/churn/model.yaml"), "mine: true\n");
  scratch.publish("churn");
  CHECK(read_file(scratch.path("models/churn/model.yaml")) == "mine: true\n");
  fs::remove(scratch.path("models/churn/model.yaml"));
  scratch.publish("churn");
  CHECK(read_file(scratch.path("models/churn/model.yaml")) == "monitor: {}\n");
}

TEST_CASE("what a version cannot hold is refused and nothing is left") {
  const ScratchRegistry scratch;
  scratch.registry.create_if_absent();
  const auto before = tree_of(scratch);
  {
    Publication publication = scratch.registry.begin_version("churn");
    fs::create_symlink("/etc/passwd", publication.directory() / "link");
    CHECK(error_code_of([&] { publication.commit({}); }) == "version.bad_file");
  }
  {
    Publication publication = scratch.registry.begin_version("churn");
    REQUIRE(::mkfifo((publication.directory() / "pipe").c_str(), 0600) == 0);
    CHECK(error_code_of([&] { publication.commit({}); }) == "version.bad_file");
  }
  CHECK(error_code_of([&] { (void)scratch.registry.begin_version("../x"); }) == "model.bad_name");
  CHECK(tree_of(scratch) == before);
}

TEST_CASE("the event of a publication names its version and the manifest's hash") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  Publication publication = scratch.registry.begin_version("churn");
  write_new_file(publication.directory() / "file", "content");
  publication.commit(
      {},
      Event{.type = "trained", .message = "version 2 was trained", .evidence = {{"rows", 100}}});
  const std::vector<Event> events = scratch.registry.events("churn");
  REQUIRE(events.size() == 2);
  CHECK(events[0].type == "published");
  CHECK(events[1].type == "trained");
  CHECK(events[1].evidence.at("rows") == 100);
  CHECK(events[1].evidence.at("version") == 2);
  CHECK(events[1].evidence.at("manifest_sha256").get<std::string>().size() == 64);
}

TEST_CASE("a manifest lists the stored snapshots its metadata mentions") {
  const ScratchRegistry scratch;
  const std::string stored = scratch.registry.store_dataset("a,b\n1,2\n");
  const std::string not_stored(64, 'b');
  scratch.publish("churn", "x", {{"lineage", {{"data", {stored, not_stored}}}}});
  CHECK(scratch.registry.manifest("churn", 1).datasets == std::vector<std::string>{stored});
}

TEST_CASE("publishers in parallel each get a number of their own") {
  const ScratchRegistry scratch;
  constexpr int kThreads = 8;
  constexpr int kEach = 5;
  std::vector<std::vector<Version>> given(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : given) {
    threads.emplace_back([&scratch, &mine] {
      for (int i = 0; i < kEach; ++i) {
        Publication publication = scratch.registry.begin_version("churn", "x: 1\n");
        write_new_file(publication.directory() / "file", "content");
        mine.push_back(publication.commit({}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<Version> all;
  for (const auto& mine : given) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == kThreads * kEach);
  CHECK(*all.rbegin() == kThreads * kEach);
  CHECK(scratch.registry.versions("churn").size() == kThreads * kEach);
  CHECK(scratch.registry.events("churn").size() == kThreads * kEach);
}

TEST_CASE("a directory that is in the way of the next number is skipped, never replaced") {
  const ScratchRegistry scratch;
  scratch.publish("churn");
  fs::create_directories(scratch.path("models/churn/versions/2"));
  CHECK(scratch.publish("churn") == 3);
  CHECK(scratch.registry.versions("churn") == std::vector<Version>{1, 3});
}

TEST_CASE("an event given to a publication cannot state aliases or tags") {
  const ScratchRegistry scratch;
  for (int i = 0; i < 2; ++i) {  // a new model and one that is there take different ways
    Publication publication = scratch.registry.begin_version("churn");
    Event event{.type = "trained", .message = "by a test"};
    event.evidence = {{"aliases", {{"champion", 7}, {"challenger", nullptr}}},
                      {"tags", {{"audited", 7}}},
                      {"rows", 3}};
    publication.commit(Json::object(), std::move(event));
    const Event recorded = scratch.registry.events("churn").back();
    CHECK(recorded.evidence.contains("rows"));
    CHECK(recorded.evidence.contains("manifest_sha256"));
    CHECK_FALSE(recorded.evidence.contains("aliases"));
    CHECK_FALSE(recorded.evidence.contains("tags"));
  }
  CHECK(scratch.registry.events("churn").size() == 2);
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
