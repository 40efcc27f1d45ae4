#include "observe/daily_cycle.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <numbers>

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
constexpr std::uint64_t kRows = 40;  // an hour
constexpr double kRowsPerHour = kRows;
constexpr double kShare = 0.3;
const double kDeviation = std::sqrt(kShare * (1 - kShare));

double sine(std::int64_t hour) {
  return std::sin(2 * std::numbers::pi * static_cast<double>(hour % 24) / 24);
}

/// Ones among the rows of an hour that are ones with that probability.
std::uint64_t ones_of(Random& random, double share) {
  std::uint64_t ones = 0;
  for (std::uint64_t row = 0; row < kRows; ++row) ones += random.uniform() < share ? 1U : 0U;
  return ones;
}

/// Seven days of hours whose share of ones is `share_at` the hour.
std::vector<HourMean> drawn_week(Random& random,
                                 const std::function<double(std::int64_t)>& share_at) {
  std::vector<HourMean> week;
  for (std::int64_t hour = 0; hour < 7 * 24; ++hour)
    week.push_back(
        {hour,
         {static_cast<double>(ones_of(random, share_at(hour))) / kRowsPerHour, kRowsPerHour}});
  return week;
}

/// A column of two levels with a twentieth of the budget.
Quantity two_levels() {
  data::ColumnProfile profile;
  profile.name = "evening";
  profile.kind = data::ColumnKind::category;
  profile.counts = {3500, 1500};
  profile.n_present = 5000;
  return {.source = Source::feature,
          .rule = "drift",
          .subject = "evening",
          .streams = drift_streams(profile, 1.0 / 20)};
}

/// 45 days of that column.
struct Life {
  Life(std::uint64_t seed, const std::function<double(std::int64_t)>& share_at) {
    Random random(seed);
    for (std::int64_t hour = 0; hour < 45 * 24; ++hour) {
      const std::uint64_t ones = ones_of(random, share_at(hour));
      hours.set(kFirstHour + hour, {kRows - ones, ones});
    }
  }

  /// Alarms up to the end of that day, with a look at its end.
  std::vector<Alarm> until(double days) {
    std::vector<Alarm> alarms;
    for (AlarmEvent& event : watch.advance(state, hours, after(24 * days + 0.1)))
      if (!event.volume) alarms.push_back(std::move(event.alarm));
    return alarms;
  }

  Watch watch{{two_levels()}, MonitoringPolicy{}, kStart};
  WatchState state = watch.initial();
  DrawnHours hours;
};

}  // namespace

TEST_SUITE("observe/daily_cycle") {
  TEST_CASE("a cycle is learnt from the days' own means, and taken out again") {
    Random random(1);
    const auto share_at = [](std::int64_t hour) {
      return kShare + 0.02 * static_cast<double>(hour / 24) + 0.2 * sine(hour);
    };
    const std::vector<HourMean> week = drawn_week(random, share_at);
    const DailyCycle cycle = cycle_of(week);
    REQUIRE(cycle.off.size() == 24);
    for (std::size_t hour = 0; hour < 24; ++hour) {
      CHECK(static_cast<double>(cycle.off[hour]) ==
            doctest::Approx(0.2 * sine(static_cast<std::int64_t>(hour))).epsilon(0.1).scale(1));
      CHECK(cycle.rows[hour] == doctest::Approx(7 * kRowsPerHour));
    }
    CHECK(cycles_of_days(week, kDeviation)->median > 2);
    CHECK(cycles_of_days(without_cycle(week, cycle), kDeviation)->median < 1.5);
  }

  TEST_CASE("days that repeat fit, two that do not stand out") {
    Random random(2);
    for (int i = 0; i < 20; ++i) {
      const std::vector<HourMean> same =
          drawn_week(random, [](std::int64_t hour) { return kShare + 0.2 * sine(hour); });
      const auto fit = fit_of_cycle(same, kDeviation);
      REQUIRE(fit);
      CHECK(fit->median < 1.5);
      CHECK(fit->second_largest < 2.5);
      const std::vector<HourMean> weekend = drawn_week(random, [](std::int64_t hour) {
        return kShare + (hour / 24 >= 5 ? -0.2 : 0.2) * sine(hour);
      });
      CHECK(fit_of_cycle(weekend, kDeviation)->second_largest > 2.5);
    }
  }

  TEST_CASE("few days and few hours say nothing") {
    Random random(3);
    const std::vector<HourMean> week = drawn_week(random, [](std::int64_t) { return kShare; });
    CHECK_FALSE(fit_of_cycle({}, kDeviation));
    CHECK_FALSE(fit_of_cycle(std::span(week).first(5 * 24), kDeviation));
    CHECK(fit_of_cycle(std::span(week).first(6 * 24), kDeviation));
    const std::vector<HourMean> one_an_hour_of_a_day = {week[3],  week[27],  week[51], week[75],
                                                        week[99], week[123], week[147]};
    CHECK_FALSE(fit_of_cycle(one_an_hour_of_a_day, kDeviation));
  }

  TEST_CASE("evidence is against what the hour usually is, as far as that is known") {
    const PerBet bets = {0.1, 0.3, 1, 2};
    DailyCycle cycle;
    CHECK(cycle.without({1, 2, 3, 4}, bets, 5, 10, 0) == PerBet{1, 2, 3, 4});
    cycle = {std::vector<float>(24, 0.0F), std::vector<float>(24, 40.0F)};
    cycle.off[5] = 0.25F;
    cycle.rows[6] = 0;
    const PerBet left = cycle.without({1, 2, 3, 4}, bets, 24 + 5, 10, 30);
    for (std::size_t j = 0; j < bets.size(); ++j)
      CHECK(left[j] ==
            doctest::Approx((1.0 + static_cast<double>(j) - 10 * std::log(1 + bets[j] / 4)) / 2));
    CHECK(cycle.without({1, 2, 3, 4}, bets, 6, 10, 0) == PerBet{});
  }

  TEST_CASE("a column with a cycle is silent for weeks, and a change is told within hours") {
    const auto usual = [](std::int64_t hour) { return kShare + 0.2 * sine(hour); };
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
      Life quiet(seed, usual);
      CHECK(quiet.until(45).empty());
      CHECK(quiet.state.quantities[0].fast);
      // A quarter of the rows more have that level from the morning of a day on, when it is rare.
      Life changed(
          seed, [&](std::int64_t hour) { return usual(hour) + (hour >= 30 * 24 + 14 ? 0.25 : 0); });
      CHECK(changed.until(30.5).empty());
      const std::vector<Alarm> alarms = changed.until(31);
      REQUIRE_FALSE(alarms.empty());
      CHECK(alarms.front().change == AlarmChange::opened);
      CHECK(alarms.front().at <= after(30 * 24 + 20));
    }
  }

  TEST_CASE("the low hours of a day do not resolve what the day has alarmed about") {
    Life life(7, [](std::int64_t hour) {
      return kShare + 0.2 * sine(hour) + (hour >= 30 * 24 ? 0.15 : 0);
    });
    std::size_t opened = 0;
    for (const Alarm& alarm : life.until(45)) {
      CHECK(alarm.change != AlarmChange::resolved);
      if (alarm.change == AlarmChange::opened) ++opened;
    }
    CHECK(opened == 1);
  }

  TEST_CASE("a stored state goes on as the one in memory") {
    const auto usual = [](std::int64_t hour) { return kShare + 0.2 * sine(hour); };
    Life life(9, usual);
    static_cast<void>(life.until(20));
    WatchState stored = decode_watch_state(encode(life.state));
    CHECK(encode(stored) == encode(life.state));
    static_cast<void>(life.until(30));
    static_cast<void>(life.watch.advance(stored, life.hours, after(24 * 30 + 0.1)));
    CHECK(encode(stored) == encode(life.state));
  }
}
