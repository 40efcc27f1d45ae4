#include "observe/words.hpp"

#include <doctest/doctest.h>

using namespace mlops::observe;

TEST_SUITE("observe/words") {
  TEST_CASE("a time is said in the two units that matter") {
    const std::pair<std::uint64_t, const char*> rows[] = {
        {0, "0 minutes"},     {1, "1 minute"},  {31, "31 minutes"},  {60, "60 minutes"},
        {61, "1 h 1 min"},    {120, "2 h"},     {264, "4 h 24 min"}, {1440, "1 day"},
        {1440 + 59, "1 day"}, {2880, "2 days"}, {4500, "3 days 3 h"}};
    for (const auto& [minutes, words] : rows) {
      CAPTURE(minutes);
      CHECK(minutes_in_words(minutes) == words);
    }
  }

  TEST_CASE("shares and numbers keep the digits that matter") {
    CHECK(percent(0.5549) == "55 %");
    CHECK(percent(0.0712) == "7.1 %");
    CHECK(percent(0.0042) == "0.42 %");
    CHECK(percent(0) == "0.0 %");
    CHECK(short_number(41.23456) == "41.23");
    CHECK(short_number(1398.4) == "1398");
    CHECK(with_thousands(1482) == "1,482");
    CHECK(with_thousands(999) == "999");
    CHECK(with_thousands(1234567) == "1,234,567");
  }
}
