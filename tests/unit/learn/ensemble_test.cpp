#include "learn/ensemble.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "base/random.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;
using learn::EnsembleCandidate;

namespace {

/// A truth of 400 values and answers that are it plus noise.
struct Bench {
  learn::Dataset dataset;
  std::unique_ptr<learn::Judging> judging;
  std::vector<std::vector<double>> answers;

  explicit Bench(const std::vector<double>& noise) {
    constexpr std::size_t kRows = 400;
    Random random(2);
    dataset.task = data::Task::regression;
    for (std::size_t row = 0; row < kRows; ++row) {
      dataset.truth.values.push_back(10 * random.normal());
    }
    dataset.table_rows.resize(kRows);
    judging = std::make_unique<learn::Judging>(
        dataset, std::vector<learn::Fold>{{{}, test::first_rows(kRows)}});
    for (const double size : noise) {
      answers.emplace_back();
      for (const double value : dataset.truth.values) {
        answers.back().push_back(value + size * random.normal());
      }
    }
  }

  [[nodiscard]] std::vector<learn::EnsembleMember> select(const std::vector<double>& latency_us,
                                                          learn::EnsembleLimits limits) const {
    std::vector<EnsembleCandidate> candidates;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      candidates.push_back({&answers[i], latency_us[i]});
    }
    const learn::SelectionLoss loss({.metric = data::Metric::rmse}, dataset, *judging);
    return learn::select_ensemble(candidates, loss, limits);
  }
};

}  // namespace

TEST_SUITE("learn/ensemble") {
  TEST_CASE("independent errors are averaged, hopeless candidates left out") {
    const Bench bench({1.0, 1.0, 20.0});
    const auto members = bench.select({1, 1, 1}, {});
    REQUIRE(members.size() == 2);
    CHECK(members[0].candidate == 0);
    CHECK(members[1].candidate == 1);
    CHECK(members[0].weight + members[1].weight == doctest::Approx(1));
  }

  TEST_CASE("the number of members is bounded") {
    const Bench bench({1.0, 1.0, 1.0, 1.0, 1.0});
    const std::vector<double> latency_us(5, 1.0);
    CHECK(bench.select(latency_us, {.most_members = 1}).size() == 1);
    CHECK(bench.select(latency_us, {.most_members = 3}).size() == 3);
  }

  TEST_CASE("latency is a limit of the whole ensemble") {
    const Bench bench({1.0, 0.5, 2.0});
    const auto slow_best = bench.select({10, 200, 10}, {.max_latency_us = 100});
    for (const auto& member : slow_best) CHECK(member.candidate != 1);
    const auto sum = bench.select({60, 60, 60}, {.max_latency_us = 100});
    CHECK(sum.size() == 1);
    const auto cheapest = bench.select({300, 200, 400}, {.max_latency_us = 100});
    REQUIRE(cheapest.size() == 1);
    CHECK(cheapest[0].candidate == 1);
  }

  TEST_CASE("a copy of the best gains nothing and is not added") {
    Bench bench({1.0});
    bench.answers.push_back(bench.answers[0]);
    CHECK(bench.select({1, 1}, {}).size() == 1);
  }
}
