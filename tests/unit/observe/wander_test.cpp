#include "observe/wander.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

constexpr double kUnit = 0.02;
const double kDeviation = std::sqrt(0.083125);  // of twenty even mid-ranks
constexpr double kRows = 1000;

Wandering learnt(const std::vector<PeriodMean>& days) {
  return wandering_of(days, days.size(), {0.5, kUnit, kDeviation}, kRows);
}

/// To the overdispersion of a sum of many days.
double added_by_day(const std::vector<PeriodMean>& days) {
  return learnt(days).phi_of_many(kRows) - 1;
}

/// Days that swing by 0.05 about the level in twenty days.
std::vector<PeriodMean> swinging_days(std::size_t n_days) {
  std::vector<PeriodMean> days;
  for (std::size_t d = 0; d < n_days; ++d)
    days.push_back({0.5 + 0.05 * std::sin(std::numbers::pi * static_cast<double>(d) / 10), kRows});
  return days;
}

std::vector<PeriodMean> days_at(std::size_t n_days, double mean) {
  return std::vector<PeriodMean>(n_days, PeriodMean{mean, kRows});
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
        const Wandering wandering = wandering_of(days, 2, {mean, 1e-4, 1e-3}, n);
        CHECK(std::isfinite(wandering.lasting));
        CHECK(wandering.lasting >= 0);
        for (const double evidence : {-1e5, -1.0, 0.0, 3.0, 12.0, 1e5})
          CHECK(std::isfinite(wandering.discounted(evidence, n, 900)));
      }
  }

  TEST_CASE("nothing wanders: a day's evidence is what it is") {
    for (const double evidence : {-50.0, 0.0, 7.0, 1e4})
      CHECK(Wandering{}.discounted(evidence, kRows, 3) == evidence);
    CHECK(Wandering{}.phi(kRows) == 1);
    CHECK(Wandering{}.phi_of_many(kRows) == 1);
  }

  TEST_CASE("what is hardly possible leaves small evidence whole and bounds large") {
    const Wandering wandering = learnt(days_at(21, 0.5));
    CHECK(wandering.discounted(0, 0, 1) == doctest::Approx(0));
    CHECK(wandering.discounted(5, kRows, 1) > 4.9);
    double before = 0;
    for (double evidence = 1; evidence < 40; evidence += 0.5) {
      CAPTURE(evidence);
      const double left = wandering.discounted(evidence, kRows, 1);
      CHECK(left > before);
      CHECK(left < evidence);
      before = left;
    }
    CHECK(wandering.discounted(30, kRows, 1) ==
          doctest::Approx(wandering.discounted(12, kRows, 1) + 18 / wandering.phi(kRows)));
  }

  TEST_CASE("a day that is like the one before it is no news, the same day from nowhere is") {
    const Wandering in_good_run = learnt(swinging_days(46));  // the last one is at the top
    const Wandering in_bad_run = learnt(swinging_days(56));   // at the bottom
    // What rows of a mean of 0.55 say against 0.52, for a bet of 0.12 deviations.
    const double bet = 0.12 / kDeviation;
    const double evidence = kRows * (bet * 0.03 - 0.0072);
    CAPTURE(evidence);
    CHECK(in_good_run.discounted(evidence, kRows, bet) < 0);
    CHECK(in_bad_run.discounted(evidence, kRows, bet) > 0);
  }

  TEST_CASE("days that come in runs are predicted: one says more than its part of many") {
    Random random(77);
    const Wandering wandering = learnt(drawn_days(random, 42, 0.2, 0.9));
    CHECK(wandering.phi(kRows) < 0.5 * wandering.phi_of_many(kRows));
  }

  TEST_CASE("days that are not learnt from still say how far off the next one is") {
    std::vector<PeriodMean> days = swinging_days(46);
    const DayScale scale{0.5, kUnit, kDeviation};
    const Wandering at_good = wandering_of(days, 36, scale, kRows);
    for (std::size_t d = 36; d < days.size(); ++d) days[d].mean = 0.46;
    const Wandering at_bad = wandering_of(days, 36, scale, kRows);
    const auto off = [](const Wandering& wandering) {
      return std::inner_product(wandering.weight.begin(), wandering.weight.end(),
                                wandering.off.begin(), 0.0);
    };
    CHECK(off(at_good) > 0.5 * 0.04);
    CHECK(off(at_bad) < 1e-9);
    CHECK(at_good.lasting == at_bad.lasting);
  }
}
