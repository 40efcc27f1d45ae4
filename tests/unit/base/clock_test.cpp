#include "base/clock.hpp"

#include <doctest/doctest.h>

namespace mlops {

TEST_SUITE("base/clock") {
  TEST_CASE("times print as RFC 3339 in UTC and read back") {
    struct Case {
      const char* text;
      std::int64_t micros;
    };
    // Values by `date -u -d ... +%s`.
    constexpr Case kCases[] = {{"1970-01-01T00:00:00.000Z", 0},
                               {"2026-03-02T18:23:07.123Z", 1'772'475'787'123'000},
                               {"2000-02-29T23:59:59.999Z", 951'868'799'999'000},
                               {"1969-12-31T23:59:59.000Z", -1'000'000}};
    for (const Case& c : kCases) {
      CAPTURE(c.text);
      CHECK(to_rfc3339({c.micros}) == c.text);
      CHECK(parse_rfc3339(c.text) == Timestamp{c.micros});
    }
  }

  TEST_CASE("offsets and missing fractions are understood") {
    CHECK(parse_rfc3339("1970-01-01T02:00:00+02:00") == Timestamp{0});
    CHECK(parse_rfc3339("1969-12-31 19:30:00-04:30") == Timestamp{0});
  }

  TEST_CASE("malformed times are nothing") {
    for (const char* text :
         {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:00:00", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00.Z",
          "2026-01-01T00:00:00+1:00", "-026-01-01T00:00:00Z"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_rfc3339(text).has_value());
    }
  }

  TEST_CASE("durations are a number and a unit") {
    CHECK(parse_duration_micros("90s") == 90 * kMicrosPerSecond);
    CHECK(parse_duration_micros("15m") == 15 * kMicrosPerMinute);
    CHECK(parse_duration_micros("1.5h") == 90 * kMicrosPerMinute);
    CHECK(parse_duration_micros("30d") == 30 * kMicrosPerDay);
    CHECK(parse_duration_micros("2w") == 14 * kMicrosPerDay);
    for (const char* text : {"", "5", "h", "-1h", "1y", "1hh", "nanh", "1e30w"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_duration_micros(text).has_value());
    }
  }
}

}  // namespace mlops
