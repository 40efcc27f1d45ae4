#include "registry/archive.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "registry/archive_layout.hpp"
#include "registry/fsck.hpp"
#include "registry/gzip.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/tar.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;
using test::error_code_of;
using test::ScratchRegistry;

using Entries = std::vector<std::pair<std::string, std::string>>;

std::string compressed(std::string_view bytes) {
  std::string result;
  GzipWriter writer([&](std::string_view piece) { result.append(piece); });
  writer.write(bytes);
  writer.finish();
  return result;
}

std::string packed(const Entries& entries) {
  std::string tar;
  TarWriter writer([&](std::string_view piece) { tar.append(piece); }, {});
  for (const auto& [path, content] : entries) {
    writer.begin(path, content.size());
    writer.write(content);
  }
  writer.finish();
  return compressed(tar);
}

std::string exported(const Registry& registry, std::string_view name, Version version) {
  std::ostringstream output;
  export_version(registry, name, version, WithDatasets::yes, output);
  return output.str();
}

ImportReport import_from(const Registry& registry, const std::string& bytes,
                         const ImportOptions& options = {}) {
  std::istringstream input(bytes);
  return import_version(registry, input, options);
}

struct Source : ScratchRegistry {
  std::string dataset = registry.store_dataset("a,b\n1,2\n");

  Source() {
    publish("churn", "first");
    publish("churn", "weights", {{"task", "binary"}, {"data", dataset}});
  }
};

/// The entries of a valid archive, to be spoilt by a test.
Entries valid_entries() {
  Manifest manifest{.model = "churn", .version = 2, .metadata = {{"task", "binary"}}};
  const std::string snapshot = compressed("a\n1\n");
  manifest.datasets = {sha256_hex("a\n1\n")};
  manifest.metadata["data"] = manifest.datasets[0];
  manifest.files = {{.path = "a/b", .sha256 = sha256_hex("xyz"), .size_bytes = 3},
                    {.path = "c", .sha256 = sha256_hex(""), .size_bytes = 0}};
  const std::string text = manifest_to_text(manifest);
  const archive::Header header{
      .model = "churn", .version = 2, .manifest_sha256 = manifest_sha256(text, "x")};
  return {{"t/export.yaml", archive::header_text(header)},
          {"t/version/manifest.yaml", text},
          {"t/version/a/b", "xyz"},
          {"t/version/c", ""},
          {"t/datasets/" + manifest.datasets[0] + ".csv.gz", snapshot}};
}

/// `entries` with another manifest, announced by a fitting header.
void set_manifest(Entries& entries, const Manifest& manifest) {
  entries[1].second = manifest_to_text(manifest);
  entries[0].second =
      archive::header_text({.model = manifest.model,
                            .version = manifest.version,
                            .manifest_sha256 = manifest_sha256(entries[1].second, "x")});
}

TEST_SUITE_BEGIN("registry/archive");

TEST_CASE("an exported version is taken in by another registry, under the same or another name") {
  const Source source;
  const std::string bytes = exported(source.registry, "churn", 2);
  CHECK(exported(source.registry, "churn", 2) == bytes);
  const ScratchRegistry target;
  const ImportReport report = import_from(target.registry, bytes);
  CHECK(report.model == "churn");
  CHECK(report.version == 1);
  CHECK(report.original_version == 2);
  CHECK(report.n_files == 2);
  CHECK(report.n_datasets == 1);
  const ImportReport renamed =
      import_from(target.registry, bytes, {.name = "copy", .model_yaml = "mine: 1\n"});
  CHECK(renamed.model == "copy");
  CHECK(import_from(target.registry, bytes).version == 2);
  for (const std::string name : {"churn", "copy"}) {
    CAPTURE(name);
    target.registry.check_integrity(name, 1);
    const Manifest manifest = target.registry.manifest(name, 1);
    CHECK(manifest.model == name);
    CHECK(manifest.metadata.at("task") == "binary");
    CHECK(manifest.metadata.at("imported_from").at("model") == "churn");
    CHECK(manifest.metadata.at("imported_from").at("version") == 2);
    CHECK(manifest.datasets == std::vector<std::string>{source.dataset});
    CHECK(manifest.files[0].sha256 == source.registry.manifest("churn", 2).files[0].sha256);
    CHECK(target.registry.events(name).front().type == "imported");
    CHECK_FALSE(target.registry.aliases(name).champion);
  }
  CHECK(target.registry.load_dataset(source.dataset) == "a,b\n1,2\n");
  CHECK(read_file(target.path("models/copy/model.yaml")) == "mine: 1\n");
  CHECK_FALSE(fs::exists(target.path("models/churn/model.yaml")));
  CHECK(fsck(target.registry).findings.empty());
}

TEST_CASE("an archive made by hand after the specification is taken in") {
  const ScratchRegistry target;
  CHECK(import_from(target.registry, packed(valid_entries())).version == 1);
  CHECK(fsck(target.registry).findings.empty());
}

TEST_CASE("an export into a file appears whole or not at all") {
  const Source source;
  const fs::path file = source.directory.path() / "out.tar.gz";
  write_new_file(file, "old");
  const ExportReport report = export_version(source.registry, "churn", 2, WithDatasets::no, file);
  CHECK(report.n_files == 2);
  CHECK(report.n_datasets == 0);
  const ScratchRegistry target;
  CHECK(import_from(target.registry, read_file(file)).n_datasets == 0);
  CHECK(target.registry.manifest("churn", 1).datasets.empty());
  test::overwrite(file, "old");
  test::damage(source.path("models/churn/versions/2/pipeline.json"), 0);
  CHECK(error_code_of([&] {
          export_version(source.registry, "churn", 2, WithDatasets::yes, file);
        }) == "version.damaged");
  CHECK(read_file(file) == "old");
  CHECK(std::distance(fs::directory_iterator(source.directory.path()), {}) == 2);
}

TEST_CASE("every flipped or cut byte of an archive is refused, or changes nothing in it") {
  const Source source;
  const std::string bytes = exported(source.registry, "churn", 2);
  const Manifest original = source.registry.manifest("churn", 2);
  std::size_t n_refused = 0;
  std::size_t n_tried = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3, ++n_tried) {
    CAPTURE(i);
    const ScratchRegistry target;
    CHECK(error_code_of([&] { import_from(target.registry, bytes.substr(0, i)); }) != "none");
    CHECK(target.registry.names().empty());
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    if (error_code_of([&] { import_from(target.registry, flipped); }) != "none") {
      CHECK(target.registry.names().empty());
      ++n_refused;
      continue;
    }
    // The time in gzip's header, or another way to say the same bytes (a distance inside a run).
    Manifest taken = target.registry.manifest("churn", 1);
    CHECK(taken.files[0].sha256 == original.files[0].sha256);
    CHECK(taken.files[1].sha256 == original.files[1].sha256);
    taken.metadata.erase("imported_from");
    CHECK(taken.metadata == original.metadata);
  }
  CHECK(n_refused * 100 > n_tried * 95);
}

struct Spoilt {
  std::string name;
  std::function<void(Entries&)> spoil;
  std::string code;
};

const Spoilt kSpoilt[] = {
    {"nothing", [](Entries& e) { e.clear(); }, "archive.refused"},
    {"no header", [](Entries& e) { e.erase(e.begin()); }, "archive.refused"},
    {"no manifest", [](Entries& e) { e.erase(e.begin() + 1); }, "archive.refused"},
    {"files before the manifest", [](Entries& e) { std::swap(e[1], e[2]); }, "archive.refused"},
    {"a file missing", [](Entries& e) { e.erase(e.begin() + 2); }, "archive.refused"},
    {"a file twice", [](Entries& e) { e.push_back(e[2]); }, "archive.refused"},
    {"a file too many",
     [](Entries& e) {
       e.push_back({"t/version/x", ""});
     },
     "archive.refused"},
    {"a file beside the version",
     [](Entries& e) {
       e.push_back({"t/x", ""});
     },
     "archive.refused"},
    {"two top directories", [](Entries& e) { e[2].first = "u/version/a/b"; }, "archive.refused"},
    {"no top directory", [](Entries& e) { e[2].first = "a"; }, "archive.refused"},
    {"a path that leads out", [](Entries& e) { e[2].first = "t/version/../../../x"; },
     "archive.refused"},
    {"changed content", [](Entries& e) { e[2].second = "xyy"; }, "archive.wrong_hash"},
    {"longer content", [](Entries& e) { e[2].second = "xyzz"; }, "archive.wrong_hash"},
    {"shorter content", [](Entries& e) { e[2].second = "xy"; }, "archive.wrong_hash"},
    {"changed header", [](Entries& e) { e[0].second[1] = 'x'; }, "file.seal"},
    {"another program's header",
     [](Entries& e) {
       const std::string body = "format: other\n";
       e[0].second = body + "sha256: " + sha256_hex(body) + "\n";
     },
     "archive.refused"},
    {"a huge header", [](Entries& e) { e[0].second.assign(5000, 'x'); }, "archive.too_large"},
    {"changed manifest", [](Entries& e) { e[1].second[20] ^= 1; }, "manifest.corrupt"},
    {"a manifest of another version",
     [](Entries& e) {
       Manifest manifest = parse_manifest(e[1].second, "x");
       manifest.version = 3;
       e[1].second = manifest_to_text(manifest);
     },
     "archive.refused"},
    {"a manifest that lists itself",
     [](Entries& e) {
       Manifest manifest = parse_manifest(e[1].second, "x");
       manifest.files[0].path = "manifest.yaml";
       set_manifest(e, manifest);
     },
     "archive.refused"},
    {"a manifest that lists a file twice",
     [](Entries& e) {
       Manifest manifest = parse_manifest(e[1].second, "x");
       manifest.files[1] = manifest.files[0];
       set_manifest(e, manifest);
     },
     "archive.refused"},
    {"a manifest with a file below a file",
     [](Entries& e) {
       Manifest manifest = parse_manifest(e[1].second, "x");
       manifest.files[0].path = "c/d";
       set_manifest(e, manifest);
     },
     "archive.refused"},
    {"a manifest with a path that leads out",
     [](Entries& e) {
       Manifest manifest = parse_manifest(e[1].second, "x");
       manifest.files[0].path = "../x";
       set_manifest(e, manifest);
     },
     "manifest.corrupt"},
    {"a deeply nested manifest",
     [](Entries& e) {
       e[1].second.insert(e[1].second.find("\"data\""), "\"deep\": " + std::string(100000, '[') +
                                                            std::string(100000, ']') + ",\n");
     },
     "archive.refused"},
    {"changed snapshot", [](Entries& e) { e[4].second[12] ^= 1; }, "archive.refused"},
    {"snapshot of another content", [](Entries& e) { e[4].second = compressed("b\n"); },
     "archive.refused"},
    {"unlisted snapshot",
     [](Entries& e) { e[4].first = "t/datasets/" + std::string(64, '0') + ".csv.gz"; },
     "archive.refused"},
    {"snapshot twice", [](Entries& e) { e.push_back(e[4]); }, "archive.refused"},
    {"snapshot with a strange name", [](Entries& e) { e[4].first = "t/datasets/x"; },
     "archive.refused"},
};

TEST_CASE("an archive that was tampered with is refused and leaves nothing") {
  for (const Spoilt& spoilt : kSpoilt) {
    CAPTURE(spoilt.name);
    Entries entries = valid_entries();
    spoilt.spoil(entries);
    const ScratchRegistry target;
    target.registry.create_if_absent();
    CHECK(error_code_of([&] { import_from(target.registry, packed(entries)); }) == spoilt.code);
    CHECK(target.registry.names().empty());
    CHECK(fsck(target.registry).findings.empty());
    CHECK(fs::is_empty(target.path("datasets")));
  }
}

TEST_CASE("an archive beyond the limits is refused") {
  const std::string bytes = packed(valid_entries());
  struct Case {
    std::string name;
    ImportLimits limits;
    std::string code;
  };
  const Case cases[] = {{"files", {.max_files = 1}, "archive.too_large"},
                        {"bytes", {.max_bytes = 2}, "archive.too_large"},
                        {"manifest", {.max_manifest_bytes = 100}, "archive.too_large"},
                        {"just enough", {.max_bytes = 30, .max_files = 2}, "none"}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const ScratchRegistry target;
    CHECK(error_code_of([&] { import_from(target.registry, bytes, {.limits = c.limits}); }) ==
          c.code);
  }
}

TEST_CASE("a snapshot that unpacks to more than allowed is a bomb") {
  Entries entries = valid_entries();
  const std::string bomb(1 << 20, 'a');
  Manifest manifest = parse_manifest(entries[1].second, "x");
  manifest.datasets = {sha256_hex(bomb)};
  set_manifest(entries, manifest);
  entries[4] = {"t/datasets/" + manifest.datasets[0] + ".csv.gz", compressed(bomb)};
  CHECK(entries[4].second.size() < 10000);
  const ScratchRegistry target;
  CHECK(error_code_of([&] {
          import_from(target.registry, packed(entries), {.limits = {.max_bytes = 100'000}});
        }) == "archive.refused");
}

TEST_CASE("an import needs a valid name, and what is no archive is refused") {
  const ScratchRegistry target;
  CHECK(error_code_of([&] {
          import_from(target.registry, packed(valid_entries()), {.name = "../x"});
        }) == "model.bad_name");
  for (const std::string& bytes : {std::string(), std::string("hello"), std::string(2000, 'x'),
                                   compressed("hello"), compressed(std::string(2048, 'x'))}) {
    CAPTURE(bytes.size());
    const std::string code = error_code_of([&] { import_from(target.registry, bytes); });
    CHECK((code == "gzip.damaged" || code == "archive.refused"));
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
