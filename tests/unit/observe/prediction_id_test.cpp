#include "observe/prediction_id.hpp"

#include <doctest/doctest.h>

#include <cstdint>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::observe;

TEST_SUITE("observe/prediction_id") {
  TEST_CASE("an id is 13 characters of Crockford's base 32") {
    struct Case {
      std::int64_t id;
      const char* text;
    };
    constexpr Case kCases[] = {{0, "0000000000000"},
                               {1, "0000000000001"},
                               {31, "000000000000Z"},
                               {32, "0000000000010"},
                               {INT64_MAX, "7ZZZZZZZZZZZZ"}};
    for (const Case& c : kCases) {
      CAPTURE(c.id);
      CHECK(format_prediction_id(c.id) == c.text);
      CHECK(parse_prediction_id(c.text) == c.id);
    }
  }

  TEST_CASE("what is not one of our ids is refused") {
    for (const char* text :
         {"", "0", "000000000000", "00000000000000", "8000000000000", "ZZZZZZZZZZZZZ",
          "000000000000I", "000000000000u", "000000000000 ", "customer-4711"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_prediction_id(text));
    }
  }

  TEST_CASE("text order is numeric order and every id comes back") {
    Random random(7);
    for (int i = 0; i < 2000; ++i) {
      const auto a = static_cast<std::int64_t>(random.next() >> (1 + random.below(60)));
      const auto b = static_cast<std::int64_t>(random.next() >> (1 + random.below(60)));
      CAPTURE(a);
      CAPTURE(b);
      CHECK((a < b) == (format_prediction_id(a) < format_prediction_id(b)));
      CHECK(parse_prediction_id(format_prediction_id(a)) == a);
    }
  }
}
