#include "learn/follow_up.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "learn/seed.hpp"

namespace mlops::learn {

namespace {

constexpr std::size_t kSlowShapes = 2;
constexpr double kSlower = 0.4;
/// Slow rates on larger trees buy nothing and cost many times the latency.
constexpr unsigned kMostSlowLeaves = 260;
constexpr unsigned kMostRounds = 1500;
constexpr unsigned kRandomSteps = 30;

/// Boosters that can be refined, best first.
std::vector<const Candidate*> best_boosters(const std::vector<const Candidate*>& candidates) {
  std::vector<const Candidate*> boosters;
  for (const auto* candidate : candidates) {
    if (!candidate->complete() || !candidate->is_booster()) continue;
    const auto& parameters = std::get<BoostingParameters>(candidate->trial.parameters);
    if (parameters.target != BoostingTarget::indicator) boosters.push_back(candidate);
  }
  std::stable_sort(boosters.begin(), boosters.end(),
                   [](const auto* a, const auto* b) { return a->loss < b->loss; });
  return boosters;
}

std::vector<Trial> slower_versions(const std::vector<const Candidate*>& boosters) {
  std::vector<Trial> trials;
  for (const auto* booster : boosters) {
    auto trial = booster->trial;
    auto& parameters = std::get<BoostingParameters>(trial.parameters);
    if (parameters.max_leaves > kMostSlowLeaves) continue;
    trial.name += "slow";
    parameters.eta *= kSlower;
    parameters.max_rounds = kMostRounds;
    trials.push_back(std::move(trial));
    if (trials.size() == kSlowShapes) break;
  }
  return trials;
}

/// A number between `low` and `high`, evenly on the logarithm.
double log_uniform(Random& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

/// Two significant digits: readable in the leaderboard, and the same number when read back.
double rounded(double value) {
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

Trial random_step(const Trial& winner, unsigned index, std::uint64_t seed) {
  Random random(derive_seed(seed, SeedPurpose::search, index));
  auto trial = winner;
  trial.name = fmt::format("R{}", index + 1);
  auto& parameters = std::get<BoostingParameters>(trial.parameters);
  if (parameters.max_leaves > 0) {
    const double leaves = parameters.max_leaves * log_uniform(random, 0.4, 2.5);
    parameters.max_leaves = static_cast<unsigned>(std::max(4.0, std::round(leaves)));
  } else {
    const auto deeper = static_cast<int>(random.below(5)) - 2;
    parameters.max_depth =
        static_cast<unsigned>(std::max(2, static_cast<int>(parameters.max_depth) + deeper));
  }
  parameters.eta = rounded(log_uniform(random, 0.04, 0.15));
  parameters.subsample = rounded(0.6 + 0.4 * random.uniform());
  parameters.colsample_bynode = rounded(0.3 + 0.7 * random.uniform());
  parameters.min_child_weight = rounded(log_uniform(random, 0.5, 8));
  parameters.lambda = rounded(log_uniform(random, 0.3, 10));
  parameters.max_rounds = 800;
  return trial;
}

}  // namespace

std::vector<Trial> follow_up_trials(const std::vector<const Candidate*>& candidates, Preset preset,
                                    unsigned stage, std::uint64_t seed) {
  if (preset == Preset::fast) return {};
  const auto boosters = best_boosters(candidates);
  if (boosters.empty()) return {};
  if (stage == 1) return slower_versions(boosters);
  if (stage != 2 || preset != Preset::best) return {};
  std::vector<Trial> trials;
  for (unsigned i = 0; i < kRandomSteps; ++i) {
    trials.push_back(random_step(boosters.front()->trial, i, seed));
  }
  return trials;
}

}  // namespace mlops::learn
