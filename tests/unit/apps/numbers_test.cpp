#include "render/numbers.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "capabilities_of.hpp"

using namespace mlops;
using namespace mlops::render;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_SUITE("apps/numbers") {
  TEST_CASE("counts have separators for people only") {
    CHECK(count_text(0, samples::terminal_of(80)) == "0");
    CHECK(count_text(999, samples::terminal_of(80)) == "999");
    CHECK(count_text(1000, samples::terminal_of(80)) == "1,000");
    CHECK(count_text(1234567, samples::terminal_of(80)) == "1,234,567");
    CHECK(count_text(1234567, samples::pipe()) == "1234567");
  }

  TEST_CASE("scores keep about four figures") {
    struct Case {
      double value;
      const char* text;
    };
    constexpr Case kCases[] = {
        {0.884, "0.884"},    {0.88449, "0.884"},  {1, "1.000"},       {41.23, "41.23"},
        {412.34, "412.3"},   {4123.4, "4,123"},   {-0.051, "−0.051"}, {0, "0.000"},
        {4.1e-5, "4.1e-05"}, {2.5e12, "2.5e+12"}, {kNan, "-"},        {kInfinity, "-"},
    };
    for (const Case& c : kCases) {
      CAPTURE(c.value);
      CHECK(score_text(c.value, samples::terminal_of(80)) == c.text);
    }
    CHECK(score_text(4123.4, samples::pipe()) == "4123");
    CHECK(score_text(-0.5, samples::pipe()) == "-0.500");
    CHECK(score_text(-0.5, samples::ascii_terminal_of(80)) == "-0.500");
  }

  TEST_CASE("changes carry their sign") {
    CHECK(signed_score_text(0.014, samples::terminal_of(80)) == "+0.014");
    CHECK(signed_score_text(-0.051, samples::terminal_of(80)) == "−0.051");
    CHECK(signed_score_text(kNan, samples::terminal_of(80)) == "-");
  }

  TEST_CASE("rates are whole numbers where that is enough") {
    CHECK(rate_text(52.2, samples::terminal_of(80)) == "52");
    CHECK(rate_text(1204.4, samples::terminal_of(80)) == "1,204");
    CHECK(rate_text(0.254, samples::terminal_of(80)) == "0.25");
    CHECK(rate_text(4, samples::terminal_of(80)) == "4");
    CHECK(rate_text(0, samples::terminal_of(80)) == "0");
    CHECK(rate_text(kNan, samples::terminal_of(80)) == "-");
  }

  TEST_CASE("shares are percentages") {
    CHECK(percent_text(0.913) == "91.3 %");
    CHECK(percent_text(0.0002) == "0.02 %");
    CHECK(percent_text(1) == "100 %");
    CHECK(percent_text(0) == "0 %");
    CHECK(percent_text(kNan) == "-");
  }

  TEST_CASE("durations use their two largest units") {
    struct Case {
      double seconds;
      const char* text;
    };
    constexpr Case kCases[] = {
        {0, "0 s"},          {2e-5, "20 us"},       {0.00041, "410 us"},
        {0.0019, "1.9 ms"},  {0.25, "0.25 s"},      {38.12, "38.1 s"},
        {59.96, "1 min"},    {60, "1 min"},         {110, "1 min 50 s"},
        {2460, "41 min"},    {33180, "9 h 13 min"}, {7200, "2 h"},
        {273600, "3 d 4 h"}, {86400, "1 d"},        {-1, "-"},
        {kNan, "-"},
    };
    for (const Case& c : kCases) {
      CAPTURE(c.seconds);
      CHECK(duration_text(c.seconds) == c.text);
    }
  }

  TEST_CASE("sizes use decimal units") {
    CHECK(size_text(0) == "0 bytes");
    CHECK(size_text(999) == "999 bytes");
    CHECK(size_text(8'400'000) == "8.4 MB");
    CHECK(size_text(123'000'000) == "123 MB");
  }

  TEST_CASE("times are local for people and UTC for programs") {
    const Timestamp time{1773944587LL * kMicrosPerSecond};  // 2026-03-19T18:23:07Z
    auto people = samples::terminal_of(80);
    CHECK(time_text(time, people) == "18:23:07");
    CHECK(date_time_text(time, people) == "2026-03-19 18:23");
    CHECK(zone_text(people) == "UTC");
    people.utc_offset_minutes = -210;
    CHECK(time_text(time, people) == "14:53:07");
    CHECK(zone_text(people) == "UTC-3:30");
    people.utc_offset_minutes = 420;
    CHECK(date_time_text(time, people) == "2026-03-20 01:23");
    CHECK(zone_text(people) == "UTC+7");
    CHECK(time_text(time, samples::pipe()) == "2026-03-19T18:23:07.000Z");
    CHECK(date_time_text({-1}, samples::terminal_of(80)) == "1969-12-31 23:59");
    CHECK(date_time_text({951782400LL * kMicrosPerSecond}, samples::terminal_of(80)) ==
          "2000-02-29 00:00");
  }

  TEST_CASE("ages are whole, messages for elsewhere are in UTC") {
    const Timestamp now{1773944587LL * kMicrosPerSecond};
    const auto ago = [now](double seconds) {
      return age_text({now.micros - static_cast<std::int64_t>(seconds * kMicrosPerSecond)}, now);
    };
    CHECK(ago(-5) == "just now");
    CHECK(ago(0.049) == "just now");
    CHECK(ago(46.9) == "46 s");
    CHECK(ago(41 * 60) == "41 min");
    CHECK(ago(3 * 86400 + 4 * 3600 + 59) == "3 d 4 h");
    CHECK(utc_text(now) == "2026-03-19 18:23 UTC");
  }

  TEST_CASE("moments leave out what they share with now") {
    const Timestamp now{1773944587LL * kMicrosPerSecond};
    const auto people = samples::terminal_of(80);
    CHECK(moment_text({now.micros - kMicrosPerHour}, now, people) == "17:23");
    CHECK(moment_text({now.micros - kMicrosPerDay}, now, people) == "03-18 18:23");
    CHECK(moment_text({now.micros - 365 * kMicrosPerDay}, now, people) == "2025-03-19 18:23");
  }

  TEST_CASE("a metric says its interval and n where it has them") {
    const data::MetricValue metric{.metric = data::Metric::accuracy,
                                   .value = 0.921,
                                   .lower = 0.915,
                                   .upper = 0.926,
                                   .n = 9157};
    CHECK(metric_sentence(metric, samples::terminal_of(80)) ==
          "accuracy 0.921 (95 % 0.915–0.926, n 9,157)");
    const data::MetricValue bare{
        .metric = data::Metric::rmse, .value = 2, .lower = kNan, .upper = kNan, .n = 3};
    CHECK(metric_sentence(bare, samples::pipe()) == "rmse 2.000 (n 3)");
  }
}
