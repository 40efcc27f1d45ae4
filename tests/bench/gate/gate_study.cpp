// How often the gate is wrong: 500 seeded trials of equal models, and of challengers that are some
// points better, by the new rows and by how many challengers share the level. Prints the table of
// docs/retraining.md.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "support/gate_world.hpp"
#include "workflow/forward.hpp"

namespace mlops::test {
namespace {

constexpr std::uint64_t kTrials = 500;
/// Own noise of both models, or of the challenger only. In this world a champion with 0.67 is right
/// 2.0 points less often (docs/retraining.md), one with 0.50 0.9 points.
constexpr double kNoise = 0.3;

double accuracy(const World& world, const data::Predictions& predictions) {
  return data::score(data::Metric::accuracy, predictions, world.truth);
}

void study(double champion_noise, std::size_t n_new, std::size_t n_challengers) {
  const std::size_t n = n_new - n_new / (workflow::kForwardFolds + 1);
  std::uint64_t n_promoted = 0;
  double points = 0;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    const World world = make_world(n, 10'000 + trial);
    const auto champion = answers(world, 1, 20'000 + trial, champion_noise);
    const auto challenger = answers(world, 1, 30'000 + trial, kNoise);
    points += 100 * (accuracy(world, challenger) - accuracy(world, champion));
    n_promoted +=
        judge_world(world, champion, challenger, {.n_challengers = n_challengers}).verdict ==
                workflow::Verdict::promote
            ? 1u
            : 0u;
  }
  const auto trials = static_cast<double>(kTrials);
  fmt::print("| {:.1f} points better | {} | {} | {} | {:.1f} % |\n", points / trials, n_new, n,
             n_challengers, 100 * static_cast<double>(n_promoted) / trials);
}

}  // namespace
}  // namespace mlops::test

int main() {
  fmt::print(
      "level {:.0f} %, {} trials\n| challenger | new rows | judging | challengers | promoted |\n"
      "|---|---|---|---|---|\n",
      100 * mlops::workflow::kWrongPromotions, mlops::test::kTrials);
  for (const double champion_noise : {0.3, 0.5, 0.67})
    for (const std::size_t n_new : {400u, 1000u, 2000u, 4000u})
      for (const std::size_t n_challengers : {1u, 2u, 3u})
        mlops::test::study(champion_noise, n_new, n_challengers);
}
