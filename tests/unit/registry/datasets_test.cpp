#include "registry/datasets.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "registry/gzip.hpp"
#include "registry/layout.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

using test::error_code_of;
using test::ScratchRegistry;

std::string compressed(std::string_view bytes) {
  std::string result;
  GzipWriter writer([&](std::string_view piece) { result.append(piece); });
  writer.write(bytes);
  writer.finish();
  return result;
}

std::string decompressed(const std::string& bytes, std::size_t block) {
  std::istringstream input(bytes);
  GzipReader reader(input, "x");
  std::string result;
  std::vector<char> buffer(block);
  while (const std::size_t count = reader.read(buffer)) result.append(buffer.data(), count);
  return result;
}

TEST_SUITE_BEGIN("registry/datasets");

TEST_CASE("gzip gives back what it was given, whatever the sizes") {
  Random random(7);
  for (const std::size_t size : {0U, 1U, 9U, 65535U, 65536U, 65537U, 300000U}) {
    CAPTURE(size);
    std::string text;
    while (text.size() < size) text.push_back(static_cast<char>(random.below(256)));
    const std::string packed = compressed(text);
    CHECK(packed.substr(0, 10) == kGzipHeader);
    CHECK(compressed(text) == packed);
    CHECK(decompressed(packed, 1 << 16) == text);
    CHECK(decompressed(packed, 1000) == text);
  }
}

TEST_CASE("a gzip stream that is cut or followed by anything is damage") {
  const std::string packed = compressed("a,b\n1,2\n3,4\n");
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CAPTURE(length);
    CHECK(error_code_of([&] { (void)decompressed(packed.substr(0, length), 100); }) ==
          "gzip.damaged");
  }
  CHECK(error_code_of([&] { (void)decompressed(packed + "x", 100); }) == "gzip.damaged");
  CHECK(error_code_of([&] { (void)decompressed(packed + packed, 100); }) == "gzip.damaged");
}

TEST_CASE("a snapshot is stored once under the hash of its content") {
  const ScratchRegistry scratch;
  const std::string csv = "a,b\n1,2\n";
  const std::string hash = scratch.registry.store_dataset(csv);
  CHECK(hash == sha256_hex(csv));
  CHECK(scratch.registry.store_dataset(csv) == hash);
  CHECK(list_snapshots(scratch.registry.root()) == std::vector<std::string>{hash});
  CHECK(scratch.registry.load_dataset(hash) == csv);
  CHECK(snapshot_fault(scratch.registry.root(), hash).empty());
  const std::string empty = scratch.registry.store_dataset("");
  CHECK(scratch.registry.load_dataset(empty).empty());
}

TEST_CASE("storing a snapshot again renews its time") {
  ScratchRegistry scratch;
  const std::string hash = scratch.registry.store_dataset("a\n1\n");
  scratch.clock.set(*parse_rfc3339("2031-01-01T00:00:00Z"));
  scratch.registry.store_dataset("a\n1\n");
  const Timestamp year_before = *parse_rfc3339("2030-01-01T00:00:00Z");
  const Timestamp year_after = *parse_rfc3339("2032-01-01T00:00:00Z");
  CHECK_FALSE(snapshot_size_if_older_than(scratch.registry.root(), hash, year_before));
  CHECK(snapshot_size_if_older_than(scratch.registry.root(), hash, year_after));
}

TEST_CASE("an unknown, malformed or damaged snapshot is told apart") {
  const ScratchRegistry scratch;
  const std::string hash = scratch.registry.store_dataset("a,b\n1,2\n");
  CHECK(error_code_of([&] { (void)scratch.registry.load_dataset(std::string(64, '0')); }) ==
        "dataset.not_found");
  CHECK(error_code_of([&] { (void)scratch.registry.load_dataset("../x"); }) == "dataset.bad_hash");
  const auto path = layout::dataset(scratch.registry.root(), hash);
  const std::string whole = read_file(path);
  for (std::size_t i = 0; i < whole.size() * 8; ++i) {
    std::string flipped = whole;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    test::overwrite(path, flipped);
    CAPTURE(i);
    // The last bits of a deflate stream may be padding that no content depends on.
    const bool in_padding = i / 8 == whole.size() - 9;
    const bool found = !snapshot_fault(scratch.registry.root(), hash).empty();
    CHECK((found || in_padding));
    const std::string code = error_code_of([&] { (void)scratch.registry.load_dataset(hash); });
    CHECK((code == "dataset.corrupt" || (code == "none" && (in_padding || i < 80))));
  }
}

TEST_CASE("hashes are found wherever metadata mentions them") {
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  const Json metadata = {{"lineage", {{"data", {b, {{"x", a}}}}}}, {"n", 1}, {"s", a.substr(1)}};
  CHECK(mentioned_hashes(metadata) == std::vector<std::string>{a, b});
  CHECK(mentioned_hashes(Json::object()).empty());
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
