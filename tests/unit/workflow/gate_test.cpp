#include "workflow/gate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace mlops::workflow {
namespace {

/// A binary world in which a model's quality is how much of the true log odds it knows.
struct World {
  data::Schema schema;
  data::Truth truth;
  data::ConformedRows rows;
  std::vector<double> log_odds;
};

World make_world(std::size_t n, std::uint64_t seed) {
  World world;
  world.schema = {
      .columns = {{.name = "plan", .kind = data::ColumnKind::category, .categories = {"a", "b"}},
                  {.name = "y", .role = data::ColumnRole::target}},
      .target = "y",
      .task = data::Task::binary,
      .classes = {"no", "yes"}};
  world.rows = {.n_rows = n, .n_features = 1};
  Random random(seed);
  for (std::size_t i = 0; i < n; ++i) {
    world.log_odds.push_back(1.5 * random.normal());
    const double p = 1 / (1 + std::exp(-world.log_odds.back()));
    world.truth.classes.push_back(random.uniform() < p ? 1 : 0);
    world.rows.cells.push_back(random.uniform() < 0.5 ? 0 : 1);
  }
  return world;
}

/// Answers that know the truth up to a factor and own noise.
data::Predictions answers(const World& world, double knows, std::uint64_t seed,
                          double noise = 0.3) {
  data::Predictions predictions{
      .task = data::Task::binary, .n_rows = world.log_odds.size(), .n_classes = 2};
  Random random(seed);
  for (const double log_odds : world.log_odds) {
    const double p = 1 / (1 + std::exp(-(knows * log_odds + noise * random.normal())));
    predictions.probabilities.insert(predictions.probabilities.end(), {1 - p, p});
    predictions.labels.push_back(p > 0.5 ? 1 : 0);
  }
  return predictions;
}

GateReport judge_world(const World& world, const data::Predictions& champion,
                       const data::Predictions& challenger, double challenger_us = 1) {
  return judge({.schema = world.schema,
                .truth = world.truth,
                .champion = champion,
                .challenger = challenger,
                .rows = world.rows,
                .champion_us = 1,
                .challenger_us = challenger_us});
}

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
    // Level 5 % of 200 is 10; 20 is three standard deviations above.
    CHECK(promoted <= 20);
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
        judge_world(world, answers(world, 0.2, 12), answers(world, 1, 13), 500);
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
