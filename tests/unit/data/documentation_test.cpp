// docs/data.md and the code say the same: every code that the data module can give is described,
// and every flag that a hint names exists.
#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "base/file.hpp"

namespace {

using Words = std::set<std::string>;

std::filesystem::path project() {
  return std::filesystem::path(MLOPS_TEST_SOURCE_DIR).parent_path();
}

Words matches(const std::string& text, const std::regex& pattern) {
  Words words;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    words.insert((*at)[1]);
  return words;
}

/// What the pattern finds in the sources of some modules.
Words in_sources(std::initializer_list<const char*> modules, const std::regex& pattern) {
  Words words;
  for (const char* module : modules) {
    for (const auto& entry : std::filesystem::directory_iterator(project() / "lib" / module)) {
      if (entry.path().extension() == ".cpp")
        words.merge(matches(mlops::read_file(entry), pattern));
    }
  }
  return words;
}

}  // namespace

TEST_SUITE("data/documentation") {
  TEST_CASE("docs/data.md describes every code of the data module, and no other") {
    Words given = in_sources({"data"}, std::regex(R"re("(data\.[a-z0-9_]+)")re"));
    given.erase("data.decoding");        // a bug of ours
    given.erase("data.schema_corrupt");  // a damaged version, not a file
    const Words described = matches(mlops::read_file(project() / "docs/data.md"),
                                    std::regex(R"(`(data\.[a-z0-9_]+)`)"));
    CHECK(given.size() > 40);
    for (const std::string& code : given) {
      CAPTURE(code);
      CHECK(described.contains(code));
    }
    for (const std::string& code : described) {
      CAPTURE(code);
      CHECK(given.contains(code));
    }
  }

  TEST_CASE("every flag that a hint or the page names exists") {
    // What follows tells a flag from a decrement.
    const std::regex flag(R"re((--[a-z][a-z-]+)(?=[ '",`:=]))re");
    const Words known = matches(mlops::read_file(project() / "docs/cli.md"), flag);
    Words named = in_sources({"data", "learn", "workflow"}, flag);
    named.merge(matches(mlops::read_file(project() / "docs/data.md"), flag));
    CHECK(named.size() > 15);
    for (const std::string& word : named) {
      CAPTURE(word);
      CHECK(known.contains(word));
    }
  }
}
