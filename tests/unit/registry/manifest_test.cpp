#include "registry/manifest.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/yaml.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

Manifest sample() {
  Manifest manifest{.model = "churn",
                    .version = 3,
                    .created_at = *parse_rfc3339("2026-03-02T18:23:07.123Z"),
                    .files = {{.path = "a/b.bin", .sha256 = std::string(64, '0'), .size_bytes = 7},
                              {.path = "c", .sha256 = std::string(64, 'f'), .size_bytes = 0}},
                    .datasets = {std::string(64, 'a')}};
  manifest.metadata = Json::parse(R"({"task":"binary","metric":{"name":"auc","value":0.84},
      "tricky":"\n  \"files\": [ and \n    \"x\": 1","empty":{},"list":[]})");
  manifest.metadata["leaderboard"] = Json::array();
  for (int i = 0; i < 100; ++i) manifest.metadata["leaderboard"].push_back({{"score", i}});
  manifest.metadata["last"] = 1.5;
  return manifest;
}

TEST_SUITE_BEGIN("registry/manifest");

TEST_CASE("a manifest comes back as it was written") {
  const std::string text = manifest_to_text(sample());
  const Manifest manifest = parse_manifest(text, "x");
  CHECK(manifest.model == "churn");
  CHECK(manifest.version == 3);
  CHECK(manifest.created_at == sample().created_at);
  REQUIRE(manifest.files.size() == 2);
  CHECK(manifest.files[0].path == "a/b.bin");
  CHECK(manifest.files[0].sha256 == std::string(64, '0'));
  CHECK(manifest.files[0].size_bytes == 7);
  CHECK(manifest.datasets == sample().datasets);
  CHECK(manifest.metadata == sample().metadata);
  CHECK(manifest_to_text(manifest) == text);
  CHECK(manifest_sha256(text, "x").size() == 64);
}

TEST_CASE("a manifest is YAML that other programs read") {
  const Json yaml = parse_yaml(manifest_to_text(sample()), "x");
  CHECK(yaml.at("model") == "churn");
  CHECK(yaml.at("metadata").at("metric").at("name") == "auc");
}

TEST_CASE("the outline has the small members of the metadata and skips the large ones") {
  const Manifest outline = parse_manifest_outline(manifest_to_text(sample()), "x");
  CHECK(outline.model == "churn");
  CHECK(outline.version == 3);
  CHECK(outline.files.empty());
  Json expected = sample().metadata;
  expected.erase("leaderboard");
  CHECK(outline.metadata == expected);
  Manifest bare{.model = "m", .version = 1};
  CHECK(parse_manifest_outline(manifest_to_text(bare), "x").metadata.empty());
}

TEST_CASE("every single flipped bit of a manifest is found") {
  Manifest small = sample();
  small.metadata = {{"task", "binary"}};
  const std::string text = manifest_to_text(small);
  for (std::size_t i = 0; i < text.size() * 8; ++i) {
    std::string flipped = text;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    CHECK(test::error_code_of([&] { (void)parse_manifest(flipped, "x"); }) == "manifest.corrupt");
    const std::string outlined =
        test::error_code_of([&] { (void)parse_manifest_outline(flipped, "x"); });
    CHECK((outlined == "none" || outlined == "manifest.corrupt"));
  }
}

TEST_CASE("a cut manifest is damage at every length") {
  Manifest small = sample();
  small.metadata = {{"task", "binary"}};
  const std::string text = manifest_to_text(small);
  for (std::size_t length = 0; length < text.size(); ++length) {
    CAPTURE(length);
    CHECK(test::error_code_of([&] {
            (void)parse_manifest(std::string_view(text).substr(0, length), "x");
          }) == "manifest.corrupt");
  }
}

TEST_CASE("a path that leaves its directory is not safe") {
  for (const char* path : {"a", "a/b.c", "a-b/c_d/..e", "...", "a/.hidden"}) {
    CAPTURE(std::string(path));
    CHECK(is_safe_relative_path(path));
  }
  const std::string too_long(256, 'a');
  for (const std::string& path :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"), std::string(".."),
        std::string("a/../b"), std::string("./a"), std::string("a/."), std::string("a\\b"),
        std::string("a\nb"), std::string("a\0b", 3), too_long}) {
    CAPTURE(std::string(path));
    CHECK_FALSE(is_safe_relative_path(path));
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
