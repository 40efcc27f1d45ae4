// A binary world in which a model's quality is known, for tests and studies of the gate.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "workflow/gate.hpp"

namespace mlops::test {

/// A binary world in which a model's quality is how much of the true log odds it knows.
struct World {
  data::Schema schema;
  data::Truth truth;
  data::ConformedRows rows;
  std::vector<double> log_odds;
};

inline World make_world(std::size_t n, std::uint64_t seed) {
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
inline data::Predictions answers(const World& world, double knows, std::uint64_t seed,
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

struct GateTerms {
  double us = 1;  ///< microseconds a row that the challenger takes; the champion takes one
  double level = workflow::kWrongPromotions;
  std::size_t n_challengers = 1;
};

inline workflow::GateReport judge_world(const World& world, const data::Predictions& champion,
                                        const data::Predictions& challenger,
                                        const GateTerms& terms = {}) {
  return workflow::judge({.schema = world.schema,
                          .truth = world.truth,
                          .champion = champion,
                          .challenger = challenger,
                          .rows = world.rows,
                          .champion_us = 1,
                          .challenger_us = terms.us,
                          .level = terms.level,
                          .n_challengers = terms.n_challengers});
}

}  // namespace mlops::test
