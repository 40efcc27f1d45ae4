#include "registry/sealed.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/hash.hpp"
#include "base/yaml.hpp"
#include "registry/aliases.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

std::string with_valid_seal(const std::string& body) {
  return body + "sha256: " + sha256_hex(body) + "\n";
}

TEST_SUITE_BEGIN("registry/sealed");

TEST_CASE("lines come back as they were written, and the file is plain YAML") {
  const SealedLines lines{{"champion", "4"}, {"note", "a value: with a colon"}};
  const std::string text = seal(lines);
  CHECK(unseal(text, "x") == lines);
  CHECK(parse_yaml(seal({{"champion", "4"}}), "x").at("champion") == 4);
  CHECK(unseal(seal({}), "x").empty());
}

TEST_CASE("every single flipped bit of a sealed file is found") {
  const std::string text = seal({{"champion", "4"}, {"previous", "3"}});
  for (std::size_t i = 0; i < text.size() * 8; ++i) {
    std::string flipped = text;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    CHECK(test::error_code_of([&] { (void)unseal(flipped, "x"); }) == "file.seal");
  }
}

TEST_CASE("what is not sealed `key: value` lines is refused even under a valid checksum") {
  for (const std::string& body :
       {std::string("champion 4\n"), std::string("champion:4\n"), std::string("Champion: 4\n"),
        std::string(": 4\n"), std::string("champion: \n"), std::string("\n"),
        std::string("a: 1\na: 2\n"), std::string("# comment\n")}) {
    CAPTURE(std::string(body));
    CHECK(test::error_code_of([&] { (void)unseal(with_valid_seal(body), "x"); }) == "file.seal");
  }
  for (const char* text : {"", "sha256: \n", "champion: 4\n"}) {
    CAPTURE(std::string(text));
    CHECK(test::error_code_of([&] { (void)unseal(text, "x"); }) == "file.seal");
  }
}

TEST_CASE("aliases come back as they were written") {
  Aliases none;
  Aliases some{.champion = 4, .previous = 3, .challenger = {}};
  Aliases all{.champion = 4,
              .previous = 3,
              .challenger = Challenger{.version = 5, .traffic_share = 0.1, .shadow = false}};
  Aliases shadow{.champion = {},
                 .previous = {},
                 .challenger = Challenger{.version = 1, .traffic_share = 0, .shadow = true}};
  for (const Aliases& aliases : {none, some, all, shadow}) {
    CAPTURE(aliases_to_text(aliases));
    CHECK(parse_aliases(aliases_to_text(aliases), "x") == aliases);
    CHECK(*aliases_from_json(aliases_to_json(aliases)) == aliases);
  }
  CHECK_FALSE(some == all);
  CHECK_FALSE(all == shadow);
}

TEST_CASE("an unknown key or a value out of range in aliases.yaml is damage") {
  for (const char* body :
       {"champion: 0\n", "champion: x\n", "staging: 4\n", "challenger: 5\nchallenger_traffic: 2\n",
        "challenger: 5\nchallenger_traffic: nan\n", "challenger: 5\nchallenger_shadow: yes\n",
        "champion: 04\n"}) {
    CAPTURE(std::string(body));
    CHECK(test::error_code_of([&] { (void)parse_aliases(with_valid_seal(body), "x"); }) ==
          "aliases.corrupt");
  }
}

TEST_CASE("a replacement that is not committed leaves the old content and nothing else") {
  const TempDirectory directory{test::fast_directory()};
  const std::filesystem::path path = directory.path() / "file";
  write_new_file(path, "old");
  { const Replacement abandoned(path, "new"); }
  CHECK(read_file(path) == "old");
  write_new_file(directory.path() / ".file.tmp", "left by a killed process");
  Replacement(path, "new").commit();
  CHECK(read_file(path) == "new");
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
