#include "observe/day_clusters.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "base/random.hpp"
#include "observe/stream_builder.hpp"
#include "observe/watch.hpp"
#include "unit/observe/drawn_hours.hpp"
#include "unit/observe/synthetic.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

using Counts = std::vector<std::uint64_t>;

constexpr std::int64_t kFirstHour = kStart.micros / kMicrosPerHour;
constexpr std::uint64_t kRowsPerHour = 12;

/// A category of seven even levels, with a twentieth of the budget.
Quantity seven_levels() {
  data::ColumnProfile profile;
  profile.name = "weekday";
  profile.kind = data::ColumnKind::category;
  profile.counts.assign(7, 500);
  profile.n_present = 3500;
  return {.source = Source::feature,
          .rule = "drift",
          .subject = "weekday",
          .streams = drift_streams(profile, 1.0 / 20)};
}

/// Days since the start of the first alarm in 35 days, in which `level_of` says the level of a row.
/// Days begin that many hours after midnight.
template <typename LevelOf>
std::optional<double> first_alarm(const LevelOf& level_of, std::int64_t midnight = 0) {
  const Watch watch({seven_levels()}, MonitoringPolicy{}, kStart);
  WatchState state = watch.initial();
  DrawnHours hours;
  for (std::int64_t hour = 0; hour < 35 * 24; ++hour) {
    Counts counts(7, 0);
    for (std::uint64_t row = 0; row < kRowsPerHour; ++row)
      ++counts[level_of((hour + 24 - midnight) / 24 - 1)];
    hours.set(kFirstHour + hour, counts);
  }
  for (const AlarmEvent& event :
       watch.advance(state, hours, {kStart.micros + 35 * kMicrosPerDay + kMicrosPerHour}))
    if (!event.volume)
      return static_cast<double>(event.alarm.at.micros - kStart.micros) /
             static_cast<double>(kMicrosPerDay);
  return std::nullopt;
}

}  // namespace

TEST_SUITE("observe/day_clusters") {
  const std::vector<double> kEven = {0.25, 0.25, 0.25, 0.25};

  TEST_CASE("rows of a day are one observation, or all of them, or something between") {
    const std::vector<Counts> calendar = {{24, 0, 0, 0}, {0, 24, 0, 0}, {0, 0, 24, 0}};
    CHECK(intraclass_correlation(calendar, {}, kEven) == 1);
    const std::vector<Counts> anew = {{6, 7, 5, 6}, {5, 6, 7, 6}};
    CHECK(intraclass_correlation(anew, {}, kEven) == 0);
    const std::vector<Counts> shifted = {{0, 0, 12, 12}, {0, 1, 11, 12}};
    CHECK(intraclass_correlation(shifted, {}, kEven) == 0);
    const std::vector<Counts> between = {{22, 2, 0, 0}, {0, 22, 2, 0}};
    const double some = intraclass_correlation(between, {}, kEven);
    CHECK(some > 0.3);
    CHECK(some < 0.9);
  }

  TEST_CASE("a week of one value is no calendar") {
    std::vector<Counts> days(6, Counts{24, 0, 0, 0});
    CHECK(intraclass_correlation(days, {}, kEven) == 1);
    days.push_back({24, 0, 0, 0});
    CHECK(intraclass_correlation(days, {}, kEven) == 0);
  }

  TEST_CASE("few rows, no rows and no reference say nothing") {
    CHECK(intraclass_correlation({}, {}, kEven) == 0);
    CHECK(intraclass_correlation(std::vector<Counts>{{1, 0, 0, 0}, {}}, {}, kEven) == 0);
    CHECK(intraclass_correlation(std::vector<Counts>{{9, 0}}, {}, {}) == 0);
    CHECK(intraclass_correlation(std::vector<Counts>{{9, 0}}, {}, std::vector<double>{1, 0}) == 0);
  }

  TEST_CASE("the day of the week never alarms, wherever people live") {
    for (const std::int64_t midnight : {0, 3, 11, 14, 22})
      CHECK_FALSE(first_alarm(
          [](std::int64_t day) { return static_cast<std::size_t>((day + 7) % 7); }, midnight));
  }

  TEST_CASE("days that begin at noon are known by their hours") {
    const std::vector<Counts> days = {{12, 12, 0, 0}, {0, 12, 12, 0}};
    CHECK(intraclass_correlation(days, {}, kEven) < 0.5);
    RunsOfRows runs;
    for (std::size_t hour = 0; hour < 48; ++hour) {
      Counts counts(4, 0);
      counts[(hour + 12) / 24] = 1;
      runs.add_hour(counts);
    }
    CHECK(runs.n_closed == 12);
    CHECK(intraclass_correlation(days, runs, kEven) == 1);
  }

  TEST_CASE("runs of rows drawn anew are no clusters") {
    Random random(3);
    RunsOfRows runs;
    for (int hour = 0; hour < 48; ++hour) {
      Counts counts(4, 0);
      for (int row = 0; row < 3; ++row) ++counts[random.below(4)];
      runs.add_hour(counts);
    }
    CHECK(intraclass_correlation(std::vector<Counts>{{1, 1, 1, 1}}, runs, kEven) == 0);
  }

  TEST_CASE("a column that is stuck from the first day on is told within a week") {
    const auto day = first_alarm([](std::int64_t) { return std::size_t{3}; });
    REQUIRE(day);
    CHECK(*day > 2);
    CHECK(*day <= 8);
  }

  TEST_CASE("levels that are other ones from the first day on are told within days") {
    Random random(8);
    const auto day = first_alarm([&](std::int64_t) { return random.below(3); });
    REQUIRE(day);
    CHECK(*day <= 3);
  }

  TEST_CASE("a column that gets stuck after weeks is told within hours") {
    Random random(9);
    const auto day = first_alarm(
        [&](std::int64_t day_of) { return day_of < 21 ? random.below(7) : std::size_t{3}; });
    REQUIRE(day);
    CHECK(*day > 21);
    CHECK(*day < 21.5);
  }
}
