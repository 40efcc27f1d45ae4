#include "observe/time_structure.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

void check_near(double value, double expected, double tolerance = 1e-6) {
  CAPTURE(value);
  CAPTURE(expected);
  CHECK(std::abs(value - expected) <= tolerance * std::abs(expected));
}

std::vector<PeriodMean> days_of(const std::vector<double>& means, double n) {
  std::vector<PeriodMean> days;
  for (const double mean : means) days.push_back({mean, n});
  return days;
}

const double kDeviation = std::sqrt(0.083125);  // of twenty even mid-ranks

}  // namespace

TEST_SUITE("observe/time_structure") {
  TEST_CASE("overdispersion of days is that of the worked example") {
    const auto days = days_of({.50, .52, .49, .51, .50, .53, .50, .48}, 1000);
    const auto steps = squared_steps(days, kDeviation);
    const std::vector<double> expected = {2.406015038, 5.413533835, 2.406015038, 0.601503759,
                                          5.413533835, 5.413533835, 2.406015038};
    REQUIRE(steps.size() == expected.size());
    for (std::size_t i = 0; i < steps.size(); ++i) check_near(steps[i], expected[i]);
    check_near(overdispersion_of_steps(steps), 5.179615);
    check_near(overdispersion_of_means(days, kDeviation), 2.644342061134);
    check_near(overdispersion_of_days(days, kDeviation), 5.179615);
    check_near(day_overdispersion(days, 1000, 0.03, kDeviation), 1 + 1.2 * 4.179615);
  }

  TEST_CASE("before enough days a wobble as large as the margin is assumed") {
    check_near(day_overdispersion({}, 1000, 0.02, kDeviation), 5.812030075188);
    check_near(day_overdispersion(days_of({.5, .5, .5}, 1000), 1000, 0.03, kDeviation),
               11.827067669173);
    CHECK(overdispersion_of_means(days_of({.1, .9}, 10), 1) == 1);
  }

  TEST_CASE("independent rows give about one, at every number of days") {
    Random random(17);
    for (const std::size_t n_days : {8u, 11u, 15u, 21u, 28u}) {
      double sum = 0;
      for (int repetition = 0; repetition < 2000; ++repetition) {
        std::vector<PeriodMean> days;
        for (std::size_t d = 0; d < n_days; ++d)
          days.push_back({0.5 + 0.1 * random.normal() / std::sqrt(400), 400});
        sum += overdispersion_of_steps(squared_steps(days, 0.1));
      }
      CAPTURE(n_days);
      CHECK(sum / 2000 == doctest::Approx(1).epsilon(0.15));
    }
  }

  TEST_CASE("one level shift does not count as structure, a weekend does") {
    const auto shifted = days_of({.5, .5, .5, .5, .5, .6, .6, .6, .6, .6}, 1000);
    CHECK(overdispersion_of_steps(squared_steps(shifted, kDeviation)) == 0);
    const auto weekends =
        days_of({.5, .5, .5, .5, .5, .55, .55, .5, .5, .5, .5, .5, .55, .55}, 1000);
    CHECK(overdispersion_of_steps(squared_steps(weekends, kDeviation)) > 2);
  }

  TEST_CASE("a mean that wanders counts for more than its steps, a week that repeats does not") {
    // Up and down again over two weeks: neighbours are close, days apart are not.
    std::vector<double> slow;
    std::vector<double> weekends;
    for (std::size_t day = 0; day < 28; ++day) {
      slow.push_back(0.5 + 0.04 * std::sin(0.45 * static_cast<double>(day)));
      weekends.push_back(day % 7 < 5 ? 0.5 : 0.54);
    }
    const auto wandering = days_of(slow, 1000);
    CHECK(persistent_excess(wandering, kDeviation) >
          3 * (overdispersion_of_days(wandering, kDeviation) - 1));
    const auto weekly = days_of(weekends, 1000);
    CHECK(persistent_excess(weekly, kDeviation) == overdispersion_of_days(weekly, kDeviation) - 1);
    // Before two weeks have passed nothing is known about weeks.
    const std::vector<PeriodMean> half(weekly.begin(), weekly.begin() + 13);
    CHECK(persistent_excess(half, kDeviation) > overdispersion_of_days(half, kDeviation) - 1);
  }

  TEST_CASE("independent days get little more than their own overdispersion") {
    Random random(23);
    double raised = 0;
    double own = 0;
    for (int repetition = 0; repetition < 500; ++repetition) {
      std::vector<PeriodMean> days;
      for (std::size_t d = 0; d < 28; ++d) days.push_back({0.5 + 0.03 * random.normal(), 1000});
      raised += persistent_excess(days, kDeviation);
      own += overdispersion_of_days(days, kDeviation) - 1;
    }
    CHECK(raised > own);
    CHECK(raised < 1.5 * own);
  }

  TEST_CASE("a busier day is expected to wobble more against its rows") {
    const auto days = days_of({.50, .52, .49, .51, .50, .53, .50, .48}, 1000);
    check_near(day_overdispersion(days, 10000, 0.03, kDeviation), 1 + 1.2 * 10 * 4.179615);
    check_near(day_overdispersion(days, 10, 0.03, kDeviation), 1 + 1.2 * 4.179615);
  }

  TEST_CASE("hours") {
    CHECK(hour_overdispersion(std::vector<double>{9, 9, 9}) == 1);
    check_near(hour_overdispersion(std::vector<double>{1, 1, 1, 0.9098, 3, 3, 0, 0}), 1 / 0.4549);
    CHECK(hour_overdispersion(std::vector<double>(20, 0.1)) == 1);
    CHECK_FALSE(cycle_statistic(std::vector<PeriodMean>{{0.5, 10}}, 1));
    check_near(*cycle_statistic(std::vector<PeriodMean>{{0.4, 100}, {0.6, 100}}, 0.1), 200);
  }
}
