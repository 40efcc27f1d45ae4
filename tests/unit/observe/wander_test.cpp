#include "observe/wander.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

constexpr double kUnit = 0.02;
const double kDeviation = std::sqrt(0.083125);  // of twenty even mid-ranks
constexpr double kRows = 1000;

double added_by_day(const std::vector<PeriodMean>& days) {
  return kRows * wander_per_row(days, {0.5, kUnit, kDeviation}, kRows);
}

/// Means of days whose effects have that deviation (in those of a row) and correlation.
std::vector<PeriodMean> drawn_days(Random& random, std::size_t n_days, double tau, double r) {
  std::vector<PeriodMean> days;
  double effect = random.normal();
  for (std::size_t d = 0; d < n_days; ++d) {
    const double noise = random.normal() / std::sqrt(kRows);
    days.push_back({0.5 + kDeviation * (tau * effect + noise), kRows});
    effect = r * effect + std::sqrt(1 - r * r) * random.normal();
  }
  return days;
}

double median_added(std::size_t n_days, double tau, double r) {
  Random random(31);
  std::vector<double> added;
  for (int i = 0; i < 101; ++i) added.push_back(added_by_day(drawn_days(random, n_days, tau, r)));
  return median(std::move(added));
}

}  // namespace

TEST_SUITE("observe/wander") {
  TEST_CASE("before any day independent rows are likely, and strong evidence is left some") {
    const double phi = 1 + added_by_day({});
    CHECK(phi > 2);
    // No more than if all but independent rows, which weigh 0.97, left nothing of the evidence.
    CHECK(phi < 12 / std::log(1 / (0.97 * std::exp(-12.0) + 0.03)));
  }

  TEST_CASE("independent rows: much stays possible after days, nothing after weeks") {
    const double after_days = median_added(4, 0, 0);
    const double after_weeks = median_added(28, 0, 0);
    const double after_all = median_added(35, 0, 0);  // as many as a detector learns from
    CAPTURE(after_days);
    CAPTURE(after_weeks);
    CHECK(after_days > 0.5);
    CHECK(after_weeks < 0.1);
    CHECK(after_all < 0.02);
  }

  TEST_CASE("days that wander add what a sum of them varies by") {
    // kRows tau^2 (1 + r) / (1 - r), known from three weeks only: within a factor of 4.
    for (const auto& [tau, r] : {std::pair{0.1, 0.0}, {0.1, 0.7}, {0.2, 0.0}, {0.2, 0.7}}) {
      CAPTURE(tau);
      CAPTURE(r);
      const double truth = kRows * tau * tau * (1 + r) / (1 - r);
      const double added = median_added(21, tau, r);
      CAPTURE(added);
      CHECK(added > truth / 4);
      CHECK(added < 4 * truth);
    }
  }

  TEST_CASE("a change of level is no wandering, the way there and back again and again is") {
    std::vector<PeriodMean> changed(21, PeriodMean{0.5, kRows});
    for (std::size_t d = 15; d < changed.size(); ++d) changed[d].mean = 0.58;
    CHECK(added_by_day(changed) < 0.1);
    std::vector<PeriodMean> restless(21, PeriodMean{0.5, kRows});
    for (std::size_t d = 0; d < restless.size(); ++d) restless[d].mean += d / 3 % 2 == 0 ? 0.08 : 0;
    CHECK(added_by_day(restless) > 50);
  }

  TEST_CASE("weekends add less than the same days in any order") {
    std::vector<PeriodMean> weekly;
    for (std::size_t d = 0; d < 21; ++d) weekly.push_back({d % 7 < 5 ? 0.5 : 0.56, kRows});
    std::vector<PeriodMean> mixed = weekly;
    Random random(5);
    for (std::size_t d = mixed.size(); d-- > 1;) std::swap(mixed[d], mixed[random.below(d + 1)]);
    CAPTURE(added_by_day(weekly));
    CHECK(added_by_day(weekly) < 0.5 * added_by_day(mixed));
  }

  TEST_CASE("any means and rows give a number") {
    for (const double mean : {0.0, 0.5, 1.0, 1e-12})
      for (const double n : {1.0, 1e9}) {
        CAPTURE(mean);
        CAPTURE(n);
        const std::vector<PeriodMean> days = {{mean, n}, {1 - mean, n}, {mean, 1}, {mean, n}};
        const double added = wander_per_row(days, {mean, 1e-4, 1e-3}, n);
        CHECK(std::isfinite(added));
        CHECK(added >= 0);
      }
  }
}
