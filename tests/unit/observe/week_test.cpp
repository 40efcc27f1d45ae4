#include "observe/week.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

constexpr double kShare = 0.03;
const double kDeviation = std::sqrt(kShare * (1 - kShare));

/// Seven days of 40 rows an hour of a share that follows a daily sine of that amplitude.
std::vector<HourMean> drawn_week(Random& random, double amplitude) {
  std::vector<HourMean> week;
  for (std::int64_t hour = 0; hour < 7 * 24; ++hour) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(hour % 24) / 24;
    const double share = kShare + amplitude * std::sin(angle);
    double ones = 0;
    for (int row = 0; row < 40; ++row) ones += random.uniform() < share ? 1 : 0;
    week.push_back({hour, {ones / 40, 40}});
  }
  return week;
}

}  // namespace

TEST_SUITE("observe/week") {
  TEST_CASE("a faint cycle that single days hide stands out over a week") {
    Random random(11);
    for (int i = 0; i < 20; ++i) {
      const std::vector<HourMean> week = drawn_week(random, kShare);
      CHECK(weekly_cycle(week, kDeviation).value() > cycles_of_days(week, kDeviation)->median);
      CHECK(weekly_cycle(week, kDeviation).value() > 2.5);
    }
  }

  TEST_CASE("even hours have no cycle on a day or over a week") {
    Random random(12);
    for (int i = 0; i < 20; ++i) {
      const std::vector<HourMean> week = drawn_week(random, 0);
      CHECK(weekly_cycle(week, kDeviation).value() < 2.5);
      CHECK(cycles_of_days(week, kDeviation)->median < 1.5);
    }
  }

  TEST_CASE("one hour of the day says nothing of a cycle") {
    CHECK_FALSE(weekly_cycle({}, kDeviation));
    CHECK_FALSE(weekly_cycle(std::vector<HourMean>{{5, {0.1, 10}}, {29, {0.2, 10}}}, kDeviation));
  }
}
