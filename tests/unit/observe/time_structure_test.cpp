#include "observe/time_structure.hpp"

#include <doctest/doctest.h>

#include <cmath>

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
  TEST_CASE("steps of hours or days are those of the worked example") {
    const auto steps =
        squared_steps(days_of({.50, .52, .49, .51, .50, .53, .50, .48}, 1000), kDeviation);
    const std::vector<double> expected = {2.406015038, 5.413533835, 2.406015038, 0.601503759,
                                          5.413533835, 5.413533835, 2.406015038};
    REQUIRE(steps.size() == expected.size());
    for (std::size_t i = 0; i < steps.size(); ++i) check_near(steps[i], expected[i]);
    CHECK(squared_steps(days_of({.5}, 10), kDeviation).empty());
  }

  TEST_CASE("hours") {
    CHECK(hour_overdispersion(std::vector<double>{9, 9, 9}) == 1);
    check_near(hour_overdispersion(std::vector<double>{1, 1, 1, 0.9098, 3, 3, 0, 0}),
               1 / 0.4549 / (1 + 2.6 / std::sqrt(8.0)));
    CHECK(hour_overdispersion(std::vector<double>(20, 0.1)) == 1);
    CHECK_FALSE(cycle_statistic(std::vector<PeriodMean>{{0.5, 10}}, 1));
    check_near(*cycle_statistic(std::vector<PeriodMean>{{0.4, 100}, {0.6, 100}}, 0.1), 200);
  }
}
