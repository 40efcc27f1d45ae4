// How soon a probation takes a worse champion back, and how often one that is no worse: the
// predecessor is right nine times in ten, both models err independently of each other, which is the
// noisiest pairing. Prints the table of docs/retraining.md; delays are in labelled rows, to be read
// beside those of tests/bench/alarms, whose world has the same accuracies.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/random.hpp"
#include "workflow/probation.hpp"

namespace mlops::test {
namespace {

constexpr std::uint64_t kTrials = 500;
constexpr std::uint64_t kMostRows = 20'000;
constexpr double kPredecessor = 0.90;

void study(double champion) {
  std::vector<std::uint64_t> delays;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    Random random(50'000 + trial);
    workflow::ProbationTest test(0.05);
    while (!test.worse() && test.n() < kMostRows) {
      const double champion_loss = random.uniform() < champion ? 0 : 1;
      const double predecessor_loss = random.uniform() < kPredecessor ? 0 : 1;
      test.add(champion_loss - predecessor_loss);
    }
    if (test.worse()) delays.push_back(test.n());
  }
  std::sort(delays.begin(), delays.end());
  const auto at = [&](double share) {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(kTrials));
    return rank < delays.size() ? fmt::format("{}", delays[rank]) : std::string("-");
  };
  fmt::print("| {:.2f} | {:.1f} % | {} | {} |\n", champion,
             100 * static_cast<double>(delays.size()) / static_cast<double>(kTrials), at(0.5),
             at(0.9));
}

}  // namespace
}  // namespace mlops::test

int main() {
  fmt::print("predecessor {:.2f}, {} trials of {} rows\n", mlops::test::kPredecessor,
             mlops::test::kTrials, mlops::test::kMostRows);
  fmt::print("| champion | taken back | median rows | nine in ten |\n|---|---|---|---|\n");
  for (const double champion : {0.92, 0.90, 0.88, 0.85, 0.80, 0.70}) mlops::test::study(champion);
}
