// How often the gate is wrong: 500 seeded trials of equal models, and of challengers that are some
// points better, by the new rows and by how many challengers share the level; what came next has
// its veto. Prints the table of docs/retraining.md.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "support/gate_world.hpp"
#include "workflow/challenger.hpp"
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

/// Trials that promote, and by how many points of accuracy the challengers were better.
struct Outcome {
  double promoted = 0;  ///< share
  double points = 0;    ///< mean
};

Outcome study(double champion_noise, std::size_t n_new, std::size_t n_challengers) {
  const std::size_t n_judging = workflow::judging_rows(0, n_new, 1).size();
  const std::size_t n_next = n_new - workflow::first_row_to_come(0, n_new);
  constexpr auto kAll = static_cast<double>(kTrials);
  Outcome outcome;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    const World world = make_world(n_judging, 10'000 + trial);
    const auto champion = answers(world, 1, 20'000 + trial, champion_noise);
    const auto challenger = answers(world, 1, 30'000 + trial, kNoise);
    outcome.points += 100 * (accuracy(world, challenger) - accuracy(world, champion)) / kAll;
    const World next = make_world(n_next, 40'000 + trial);
    const auto report = workflow::judge_forward(
        judge_world(world, champion, challenger, {.n_challengers = n_challengers}),
        {.truth = next.truth,
         .champion = answers(next, 1, 50'000 + trial, champion_noise),
         .challenger = answers(next, 1, 60'000 + trial, kNoise)});
    outcome.promoted += report.verdict == workflow::Verdict::promote ? 1 / kAll : 0;
  }
  return outcome;
}

}  // namespace
}  // namespace mlops::test

int main() {
  fmt::print("level {:.0f} %, {} trials\n", 100 * mlops::workflow::kWrongPromotions,
             mlops::test::kTrials);
  fmt::print("| challenger | new rows | one tried | best of two | best of three |\n");
  fmt::print("|---|---|---|---|---|\n");
  for (const double champion_noise : {0.3, 0.5, 0.67}) {
    for (const std::size_t n_new : {400u, 1000u, 2000u, 4000u}) {
      fmt::print("| {:.1f} points better | {} |",
                 mlops::test::study(champion_noise, n_new, 1).points, n_new);
      for (const std::size_t n_challengers : {1u, 2u, 3u})
        fmt::print(" {:.1f} % |",
                   100 * mlops::test::study(champion_noise, n_new, n_challengers).promoted);
      fmt::print("\n");
    }
  }
}
