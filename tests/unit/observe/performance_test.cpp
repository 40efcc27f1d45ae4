// Estimates with their intervals: how often they hold where their assumptions do.
#include "observe/performance.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "observe/quantity.hpp"
#include "observe/segments.hpp"
#include "unit/observe/synthetic_version.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

/// A calibrated model: an answer of probability p is right with probability p.
double draw_sureness(Random& random, double tilt) {
  return 0.5 + 0.5 * std::pow(random.uniform(), tilt);
}

/// Held-out rows counted as training does.
LossProfile held_out(Random& random, std::size_t n) {
  LossProfile profile{.task = data::Task::binary};
  profile.n_estimate_bins = kExpectedLossBins;
  profile.n_loss_bins = 2;
  profile.counts.assign(kExpectedLossBins * 2, 0);
  for (std::size_t row = 0; row < n; ++row) {
    const double p = draw_sureness(random, 1);
    const std::size_t wrong = random.uniform() < p ? 0 : 1;
    ++profile.counts[expected_loss_bin(1 - p) * 2 + wrong];
  }
  return profile;
}

struct Live {
  TrafficSketch traffic;
  OutcomeSketch outcomes;
  std::uint64_t n_right = 0;
};

/// n live rows, of which a part is labelled at random.
Live live_rows(Random& random, const SketchLayout& layout, std::size_t n, double labelled,
               double tilt) {
  Live live{TrafficSketch(layout), OutcomeSketch(layout)};
  live.traffic.n_rows = n;
  for (std::size_t row = 0; row < n; ++row) {
    const double p = draw_sureness(random, tilt);
    const bool right = random.uniform() < p;
    const std::size_t bin = expected_loss_bin(1 - p);
    ++live.traffic.estimates[bin];
    live.n_right += right ? 1 : 0;
    if (random.uniform() >= labelled) continue;
    const double tenure = 100 * random.uniform();
    const double cells[] = {tenure, 0};
    live.outcomes.add(layout, {kStart, kStart, cells, {right ? 0.0 : 1.0, bin, right ? 0u : 1u}});
  }
  return live;
}

/// The share of repetitions in which the interval held the truth.
struct Coverage {
  int n = 0;
  int held = 0;
  double width = 0;
  void add(const Estimate& estimate, double truth) {
    ++n;
    held += estimate.lower <= truth && truth <= estimate.upper ? 1 : 0;
    width += estimate.upper - estimate.lower;
  }
  [[nodiscard]] double share() const { return static_cast<double>(held) / n; }
};

constexpr int kRepetitions = 600;  // standard error of 95 %: 0.9 points

}  // namespace

TEST_SUITE("observe/performance") {
  TEST_CASE("the estimate without labels is within its interval at the nominal rate") {
    Random random(31);
    WatchedVersion version = churn_version(300);
    for (const double tilt : {1.0, 0.4, 2.0}) {  // the same rows, easier ones, harder ones
      Coverage coverage;
      for (int i = 0; i < kRepetitions; ++i) {
        version.losses = held_out(random, 4000);
        const Live live = live_rows(random, layout_of(version), 1500, 0, tilt);
        const auto estimate = estimated_performance(version, live.traffic);
        REQUIRE(estimate);
        coverage.add(*estimate, static_cast<double>(live.n_right) / 1500);
      }
      CAPTURE(tilt);
      MESSAGE("estimated without labels: coverage ", coverage.share(), ", mean width ",
              coverage.width / kRepetitions);
      CHECK(coverage.share() > 0.92);
    }
  }

  TEST_CASE("labels and estimate together hold at the nominal rate and are shorter than labels") {
    Random random(32);
    WatchedVersion version = churn_version(300);
    version.losses = held_out(random, 4000);
    const SketchLayout layout = layout_of(version);
    for (const double labelled : {0.05, 0.3}) {
      Coverage combined;
      Coverage labels_only;
      for (int i = 0; i < kRepetitions; ++i) {
        const Live live = live_rows(random, layout, 2000, labelled, 0.4);
        const auto both = combined_performance(version, live.traffic, live.outcomes);
        const auto realized = realized_performance(data::Task::binary, live.outcomes.by_minute[0]);
        REQUIRE(both);
        REQUIRE(realized);
        // The mean of 0.5 + 0.5 u^0.4.
        const double truth = 0.5 + 0.5 / 1.4;
        combined.add(*both, truth);
        labels_only.add(*realized, truth);
      }
      CAPTURE(labelled);
      MESSAGE("combined: coverage ", combined.share(), ", width ", combined.width / kRepetitions,
              "; labels only: ", labels_only.share(), ", ", labels_only.width / kRepetitions);
      CHECK(combined.share() > 0.92);
      CHECK(combined.width < labels_only.width);
    }
  }

  TEST_CASE("the combination corrects an estimate that is wrong") {
    Random random(33);
    WatchedVersion version = churn_version(300);
    version.losses = held_out(random, 4000);
    // Everything is right now, whatever was expected: the estimate alone does not see it.
    const SketchLayout layout = layout_of(version);
    Live live = live_rows(random, layout, 5000, 0.2, 1);
    for (std::size_t bin = 0; bin < layout.n_estimate_bins; ++bin) {
      live.outcomes.losses[bin * 2] += live.outcomes.losses[bin * 2 + 1];
      live.outcomes.losses[bin * 2 + 1] = 0;
    }
    live.outcomes.by_minute[0] = {live.outcomes.by_minute[0].n, 0, 0};
    const auto estimate = estimated_performance(version, live.traffic);
    const auto both = combined_performance(version, live.traffic, live.outcomes);
    REQUIRE(estimate);
    REQUIRE(both);
    CHECK(estimate->value < 0.8);
    CHECK(both->value > 0.99);
  }

  TEST_CASE("where there is nothing to combine nothing is said") {
    Random random(34);
    WatchedVersion version = churn_version(300);
    const SketchLayout layout = layout_of(version);
    CHECK_FALSE(combined_performance(version, TrafficSketch(layout), OutcomeSketch(layout)));
    const Live live = live_rows(random, layout, 100, 0, 1);
    CHECK_FALSE(combined_performance(version, live.traffic, live.outcomes));
    version.losses.reset();
    CHECK_FALSE(combined_performance(version, live.traffic, live.outcomes));
  }

  TEST_CASE("the worst segment is named, with its numbers and those of the rest") {
    Random random(35);
    const WatchedVersion version = churn_version();
    const SketchLayout layout = layout_of(version);
    OutcomeSketch outcomes(layout);
    for (int row = 0; row < 3000; ++row) {
      const double plan = static_cast<double>(random.below(3));
      const double tenure = random.below(20) == 0 ? std::nan("") : 100 * random.uniform();
      const double cells[] = {tenure, plan};
      const bool wrong = random.uniform() < (plan == 2 ? 0.3 : 0.1);
      outcomes.add(layout, {kStart, kStart, cells, {wrong ? 1.0 : 0.0, 0, wrong ? 1u : 0u}});
    }
    const auto worst = worst_segment(version, outcomes);
    REQUIRE(worst);
    CHECK(worst->name == "plan = pro");
    CHECK(worst->performance.n > 900);
    CHECK(worst->performance.value == doctest::Approx(0.7).epsilon(0.06));
    CHECK(worst->rest == doctest::Approx(0.9).epsilon(0.03));
  }

  TEST_CASE("equal segments are rarely said to be worse") {
    Random random(36);
    const WatchedVersion version = churn_version(1000);
    const SketchLayout layout = layout_of(version);
    int named = 0;
    for (int repetition = 0; repetition < 200; ++repetition) {
      OutcomeSketch outcomes(layout);
      for (int row = 0; row < 1500; ++row) {
        const double cells[] = {100 * random.uniform(), static_cast<double>(random.below(3))};
        const bool wrong = random.uniform() < 0.2;
        outcomes.add(layout, {kStart, kStart, cells, {wrong ? 1.0 : 0.0, 0, wrong ? 1u : 0u}});
      }
      named += worst_segment(version, outcomes) ? 1 : 0;
    }
    CHECK(named <= 24);  // 5 % of 200 are 10; small bins make the normal approximation generous
    CHECK_FALSE(worst_segment(version, OutcomeSketch(layout)));
  }
}
