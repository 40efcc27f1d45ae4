#include "base/suggest.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace mlops {

TEST_SUITE("base/suggest") {
  TEST_CASE("distances count edits and swaps, without case") {
    struct Case {
      const char* a;
      const char* b;
      std::size_t distance;
    };
    constexpr Case kCases[] = {
        {"", "", 0},           {"", "abc", 3},           {"train", "trian", 1},
        {"churn", "Churn", 0}, {"kitten", "sitting", 3}, {"ab", "ba", 1},
        {"deploy", "deply", 1}};
    for (const Case& c : kCases) {
      CAPTURE(c.a);
      CAPTURE(c.b);
      CHECK(edit_distance(c.a, c.b) == c.distance);
      CHECK(edit_distance(c.b, c.a) == c.distance);
    }
  }

  TEST_CASE("only near words are suggested") {
    const std::vector<std::string> commands = {"train", "deploy", "serve", "monitor"};
    CHECK(nearest("trian", commands) == "train");
    CHECK(nearest("MONITR", commands) == "monitor");
    CHECK_FALSE(nearest("fly", commands).has_value());
    CHECK(did_you_mean("srve", commands) == "did you mean 'serve'?");
    CHECK(did_you_mean("xyz", commands).empty());
    CHECK(did_you_mean("x", {}).empty());
  }
}

}  // namespace mlops
