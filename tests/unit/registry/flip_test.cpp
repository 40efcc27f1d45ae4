// Every byte of every file of a small registry flipped in turn: `fsck` finds it, or what is read
// is as before; nothing crashes. MLOPS_FLIP_STRIDE=1 tries all bytes (target flip_long), else a
// sample with each file's first and last byte in it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "registry/aliases.hpp"
#include "registry/fsck.hpp"
#include "registry/gc.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;
using test::ScratchRegistry;

constexpr std::size_t kSampledStride = 23;

std::size_t stride() {
  const char* text = std::getenv("MLOPS_FLIP_STRIDE");
  return text == nullptr ? kSampledStride : std::max(1UL, std::strtoul(text, nullptr, 10));
}

/// All that a registry holds: two models, aliases, a challenger, a tag, a removed version, a
/// snapshot.
struct FullRegistry : ScratchRegistry {
  std::string dataset = registry.store_dataset("a,b\n1,2\n");

  FullRegistry() {
    publish("churn", "one", {{"task", "binary"}, {"data", dataset}});
    publish("churn", "two");
    publish("churn", "three");
    publish("other");
    deploy("churn", 1);
    deploy("churn", 2);
    registry.set_challenger("churn", Challenger{.version = 1, .traffic_share = 0.1}, {});
    registry.set_tag("churn", "audited", 2);
    registry.remove_version("churn", 3, "a test");
  }

  [[nodiscard]] std::vector<fs::path> files() const {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(registry.root())) {
      if (entry.is_regular_file() && entry.file_size() > 0) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }
};

/// What `read` says, or the code of its refusal.
std::string said(const std::function<std::string()>& read) {
  try {
    return read() + "\n";
  } catch (const Error& error) {
    return "refused: " + error.code() + "\n";
  }
}

std::string read_version(const Registry& registry, const std::string& name, Version version) {
  return said([&] { return dump_json(registry.manifest(name, version).metadata); }) + said([&] {
           registry.check_integrity(name, version);
           return std::string("whole");
         });
}

std::string read_model(const Registry& registry, const std::string& name) {
  std::string text = name + "\n";
  text += said([&] { return dump_json(aliases_to_json(registry.aliases(name))); });
  text += said([&] { return dump_json(Json(registry.tags(name))); });
  text += said([&] { return std::to_string(registry.resolve({name, {}})); });
  text += said([&] {
    std::string events;
    for (const Event& event : registry.events(name)) events += event.hash + event.message;
    return events;
  });
  for (const Version version : registry.versions(name))
    text += read_version(registry, name, version);
  return text;
}

/// Everything that the read commands read.
std::string read_all(const FullRegistry& full) {
  std::string text = said([&] {
    std::string models;
    for (const ModelSummary& summary : full.registry.summaries())
      models += summary.name + summary.damage + std::to_string(summary.latest) +
                (summary.shown ? dump_json(summary.shown->metadata) : "");
    return models;
  });
  for (const char* name : {"churn", "other"})
    text += said([&] { return read_model(full.registry, name); });
  text += said([&] { return sha256_hex(full.registry.load_dataset(full.dataset)); });
  return text + said([&] {
           return std::to_string(
               collect_garbage(full.registry, {.keep_last = 1}, GcMode::plan).versions.size());
         });
}

struct Tally {
  std::size_t n_bytes = 0;
  std::size_t n_flipped = 0;
  std::map<std::string, std::size_t> harmless;  ///< by file name
};

void flip_one(const FullRegistry& full, const fs::path& file, std::size_t offset,
              const std::string& before, Tally& tally) {
  std::string bytes = read_file(file);
  const char kept = bytes[offset];
  bytes[offset] = static_cast<char>(kept ^ (1 << (offset % 8)));
  test::overwrite(file, bytes);
  const std::string after = read_all(full);
  if (fsck(full.registry).findings.empty()) {
    CAPTURE(file.string());
    CAPTURE(offset);
    CHECK(after == before);
    ++tally.harmless[file.filename().string()];
  }
  bytes[offset] = kept;
  test::overwrite(file, bytes);
  ++tally.n_flipped;
}

}  // namespace

TEST_SUITE("registry/flip") {
  TEST_CASE("a flipped byte is found by fsck or changes nothing that is read") {
    const FullRegistry full;
    const std::string before = read_all(full);
    REQUIRE(fsck(full.registry).findings.empty());
    Tally tally;
    for (const fs::path& file : full.files()) {
      const std::size_t size = fs::file_size(file);
      tally.n_bytes += size;
      for (std::size_t offset = 0; offset < size; offset += stride())
        flip_one(full, file, offset, before, tally);
      if ((size - 1) % stride() != 0) flip_one(full, file, size - 1, before, tally);
    }
    std::size_t n_harmless = 0;
    for (const auto& [name, count] : tally.harmless) {
      CAPTURE(name);
      // The user's file, where any text that parses is right, and the bits after the end of a
      // snapshot's compressed stream.
      CHECK((name == "model.yaml" || name.ends_with(".csv.gz")));
      n_harmless += count;
    }
    fmt::print("{} of {} bytes flipped, {} found, {} harmless\n", tally.n_flipped, tally.n_bytes,
               tally.n_flipped - n_harmless, n_harmless);
    CHECK(read_all(full) == before);
    CHECK(fsck(full.registry).findings.empty());
  }
}

}  // namespace mlops::registry
