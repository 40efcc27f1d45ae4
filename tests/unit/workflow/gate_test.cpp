#include "workflow/gate.hpp"

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "support/gate_world.hpp"
#include "workflow/challenger.hpp"

namespace mlops::workflow {
namespace {

using test::answers;
using test::judge_world;
using test::make_world;
using test::World;

}  // namespace

TEST_SUITE("workflow/gate") {
  TEST_CASE("few rows say neither yes nor no") {
    const World world = make_world(kMinGateRows - 1, 1);
    const GateReport report = judge_world(world, answers(world, 0, 2), answers(world, 1, 3));
    CHECK(report.verdict == Verdict::need_more_data);
  }

  TEST_CASE("a clearly better challenger is promoted and a clearly worse one kept out") {
    const World world = make_world(2000, 4);
    const auto weak = answers(world, 0.2, 5);
    const auto strong = answers(world, 1, 6);
    CHECK(judge_world(world, weak, strong).verdict == Verdict::promote);
    CHECK(judge_world(world, strong, weak).verdict == Verdict::keep);
  }

  TEST_CASE("equal models are promoted at most at the test's level") {
    int promoted = 0;
    constexpr int kTrials = 200;
    for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
      const World world = make_world(600, 100 + trial);
      const auto report =
          judge_world(world, answers(world, 0.8, 1000 + trial), answers(world, 0.8, 2000 + trial));
      promoted += report.verdict == Verdict::promote ? 1 : 0;
    }
    CHECK(promoted <= kTrials * kWrongPromotions);
  }

  TEST_CASE("a challenger two points better is promoted nine times in ten on 2,000 new rows") {
    int promoted = 0;
    double points = 0;
    constexpr int kTrials = 60;
    const std::size_t n_judging = judging_rows(0, 2000, 1).size();
    for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
      const World world = make_world(n_judging, 300 + trial);
      const auto champion = answers(world, 1, 4000 + trial, 0.69);
      const auto challenger = answers(world, 1, 5000 + trial, 0.3);
      const auto accuracy = [&](const data::Predictions& predictions) {
        return data::score(data::Metric::accuracy, predictions, world.truth);
      };
      points += 100 * (accuracy(challenger) - accuracy(champion)) / kTrials;
      promoted +=
          judge_world(world, champion, challenger, {.n_challengers = 2}).verdict == Verdict::promote
              ? 1
              : 0;
    }
    // tests/bench/gate has the long form.
    CHECK(points == doctest::Approx(2.0).epsilon(0.15));
    CHECK(promoted >= 54);
  }

  TEST_CASE("the configured level decides, and several challengers share it") {
    const World world = make_world(1500, 31);
    const auto champion = answers(world, 0.3, 32);
    const auto challenger = answers(world, 1, 33);
    const auto needed = [&](double level, std::size_t n) {
      const GateReport report =
          judge_world(world, champion, challenger, {.level = level, .n_challengers = n});
      return report.criteria.front().needed;
    };
    CHECK(needed(0.05, 1) == "better, p < 0.05");
    CHECK(needed(0.05, 2) == "better, p < 0.025");
    CHECK(needed(0.2, 4) == "better, p < 0.05");
    CHECK(judge_world(world, champion, challenger, {.level = 1e-300}).verdict == Verdict::keep);
    CHECK(judge_world(world, champion, challenger).verdict == Verdict::promote);
  }

  TEST_CASE("probabilities that lie are kept out, however often they are right") {
    const World world = make_world(3000, 21);
    // The champion knows nothing and says so; the challenger doubles the true log odds.
    const data::Predictions champion = answers(world, 0, 21, 0);
    data::Predictions boastful = answers(world, 1, 22, 0);
    for (std::size_t row = 0; row < world.rows.n_rows; ++row) {
      const double odds = boastful.probabilities[2 * row + 1] / boastful.probabilities[2 * row];
      const double p = odds * odds / (1 + odds * odds);
      boastful.probabilities[2 * row] = 1 - p;
      boastful.probabilities[2 * row + 1] = p;
    }
    const GateReport report = judge_world(world, champion, boastful);
    CHECK(report.verdict == Verdict::keep);
    CHECK(report.reason.find("calibration") != std::string::npos);
  }

  TEST_CASE("a challenger that cannot answer logged requests is kept out") {
    const World world = make_world(2000, 23);
    const auto weak = answers(world, 0.2, 24);
    const auto strong = answers(world, 1, 25);
    const auto judged = [&](std::uint64_t n_failed) {
      return judge({.schema = world.schema,
                    .truth = world.truth,
                    .champion = weak,
                    .challenger = strong,
                    .rows = world.rows,
                    .n_replayed = 200,
                    .n_replay_failed = n_failed});
    };
    CHECK(judged(0).verdict == Verdict::promote);
    CHECK(judged(1).verdict == Verdict::keep);
    CHECK(judged(1).reason.find("replay of 200 logged requests") != std::string::npos);
  }

  TEST_CASE("outcomes that have nothing to do with the inputs promote nobody") {
    World world = make_world(2000, 7);
    Random random(8);
    random.shuffle(std::span(world.truth.classes));
    // A timid challenger loses less on noise than a confident champion, and is still refused.
    const GateReport report =
        judge_world(world, answers(world, 1.5, 9), answers(world, 0.01, 10, 0));
    CHECK(report.verdict == Verdict::keep);
    CHECK(report.reason.find("constant") != std::string::npos);
  }

  TEST_CASE("a slow challenger is kept out however good it is") {
    const World world = make_world(2000, 11);
    const GateReport report =
        judge_world(world, answers(world, 0.2, 12), answers(world, 1, 13), {.us = 500});
    CHECK(report.verdict == Verdict::keep);
    CHECK(report.reason.find("latency") != std::string::npos);
  }

  TEST_CASE("harm to one segment vetoes a gain everywhere else") {
    const World world = make_world(4000, 14);
    const auto champion = answers(world, 0.5, 15);
    data::Predictions challenger = answers(world, 1, 16, 0);
    for (std::size_t row = 0; row < world.rows.n_rows; ++row) {
      if (world.rows.cells[row] != 1) continue;
      if (row % 4 != 0) continue;  // a quarter of segment b gets the opposite answer
      std::swap(challenger.probabilities[2 * row], challenger.probabilities[2 * row + 1]);
    }
    const GateReport report = judge_world(world, champion, challenger);
    CHECK(report.verdict == Verdict::keep);
  }

  TEST_CASE("every verdict has a name and the document names every criterion") {
    CHECK(to_string(Verdict::promote) == "promote");
    CHECK(to_string(Verdict::keep) == "keep");
    CHECK(to_string(Verdict::need_more_data) == "need_more_data");
    const World world = make_world(300, 17);
    const GateReport report = judge_world(world, answers(world, 1, 18), answers(world, 1, 19));
    CHECK(to_json(report)["criteria"].size() == report.criteria.size());
  }
}

}  // namespace mlops::workflow
