// The short form of tests/bench/alarms: days that are better and worse without any change.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "observe/stream_builder.hpp"
#include "observe/watch.hpp"
#include "unit/observe/drawn_hours.hpp"
#include "unit/observe/synthetic.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

constexpr std::int64_t kFirstHour = kStart.micros / kMicrosPerHour;
constexpr std::size_t kBins = 20;
constexpr double kRowsPerHour = 40;

/// A number of even bins with a twentieth of the budget, 5000 reference rows.
Quantity number_quantity() {
  data::ColumnProfile profile;
  profile.name = "x";
  profile.counts.assign(kBins, 5000 / kBins);
  profile.n_present = 5000;
  return {.source = Source::feature,
          .rule = "drift",
          .subject = "x",
          .streams = drift_streams(profile, 1.0 / 20)};
}

/// Rows of an hour: uniform ranks moved by `shift` standard deviations of a normal number.
std::vector<std::uint64_t> drawn_hour(Random& random, double shift) {
  std::vector<std::uint64_t> counts(kBins, 0);
  for (int row = 0; row < kRowsPerHour; ++row) {
    const double rank = 0.5 * std::erfc(-(random.normal() + shift) / std::sqrt(2.0));
    ++counts[std::min(static_cast<std::size_t>(rank * kBins), kBins - 1)];
  }
  return counts;
}

/// Days with alarms; days have effects of that deviation and correlation, and from day 30 on the
/// mean has moved.
std::vector<double> alarm_days(std::uint64_t seed, double effects, double correlation,
                               double shift) {
  Random random(seed);
  const Watch watch({number_quantity()}, MonitoringPolicy{}, kStart);
  WatchState state = watch.initial();
  DrawnHours hours;
  double effect = random.normal();
  for (std::int64_t day = 0; day < 60; ++day) {
    const double mean = effects * effect + (day >= 30 ? shift : 0);
    for (std::int64_t hour = 24 * day; hour < 24 * (day + 1); ++hour)
      hours.set(kFirstHour + hour, drawn_hour(random, mean));
    effect = correlation * effect + std::sqrt(1 - correlation * correlation) * random.normal();
  }
  std::vector<double> days;
  for (const AlarmEvent& event : watch.advance(state, hours, after(60 * 24.0 + 0.5)))
    if (!event.volume && event.alarm.change != AlarmChange::resolved)
      days.push_back(static_cast<double>(event.alarm.at.micros - kStart.micros) / kMicrosPerDay);
  return days;
}

}  // namespace

TEST_SUITE("observe/wandering days") {
  TEST_CASE("better and worse days raise no alarm") {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      CAPTURE(seed);
      CHECK(alarm_days(seed, 0.1, 0.7, 0).empty());
      CHECK(alarm_days(seed, 0.2, 0, 0).empty());
    }
  }

  TEST_CASE("a change that is larger than the days' own is found among them") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      CAPTURE(seed);
      const std::vector<double> days = alarm_days(seed, 0.1, 0.7, 1);
      REQUIRE_FALSE(days.empty());
      CHECK(days.front() > 30);
      CHECK(days.front() < 32);
    }
  }

  TEST_CASE("one extraordinary day among uneven ones is no alarm, several are") {
    Random random(77);
    const Watch watch({number_quantity()}, MonitoringPolicy{}, kStart);
    WatchState state = watch.initial();
    DrawnHours hours;
    const auto add_day = [&](std::int64_t day, double mean) {
      for (std::int64_t hour = 24 * day; hour < 24 * (day + 1); ++hour)
        hours.set(kFirstHour + hour, drawn_hour(random, mean));
      std::size_t n = 0;
      for (const AlarmEvent& event :
           watch.advance(state, hours, after(24.0 * static_cast<double>(day + 1) + 0.5)))
        n += event.volume ? 0u : 1u;
      return n;
    };
    for (std::int64_t day = 0; day < 30; ++day) CHECK(add_day(day, 0.15 * random.normal()) == 0);
    CHECK(add_day(30, 0.6) == 0);
    CHECK(add_day(31, 0) == 0);
    std::size_t n_alarms = 0;
    for (std::int64_t day = 32; day < 46; ++day) n_alarms += add_day(day, 0.6);
    CHECK(n_alarms > 0);
  }
}
