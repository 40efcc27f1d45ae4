#include "unit/learn/coverage.hpp"

#include <cmath>

#include "data/conform.hpp"
#include "data/metrics.hpp"
#include "unit/learn/synthetic.hpp"

namespace mlops::test {

namespace {

constexpr std::size_t kFreshRows = 20'000;
constexpr std::uint64_t kFreshSeed = 1'000'000;

data::Truth truth_of(const Labelled& labelled) {
  if (labelled.schema.task == data::Task::regression) {
    return {.values = data::target_values(labelled.table, labelled.schema)};
  }
  return {.classes = data::target_classes(labelled.table, labelled.schema)};
}

double share_inside(const data::Predictions& answers, const data::Truth& truth) {
  double inside = 0;
  for (std::size_t row = 0; row < answers.n_rows; ++row) {
    const double value = truth.values[row];
    inside += value >= answers.lower[row] && value <= answers.upper[row] ? 1 : 0;
  }
  return inside / static_cast<double>(answers.n_rows);
}

Labelled drawn(const CoverageRun& run, std::size_t n_rows, std::uint64_t seed) {
  auto labelled = make_labelled(run.task, n_rows, seed);
  for (auto& value : labelled.table.columns.back().numbers) value += run.offset;
  return labelled;
}

void count(const std::vector<data::MetricValue>& reported, const data::Predictions& answers,
           const data::Truth& truth, std::vector<MetricCoverage>& counts) {
  counts.resize(reported.size());
  for (std::size_t i = 0; i < reported.size(); ++i) {
    counts[i].metric = reported[i].metric;
    if (std::isnan(reported[i].lower)) continue;
    const double score = data::score(reported[i].metric, answers, truth);
    ++counts[i].n_stated;
    if (score >= reported[i].lower && score <= reported[i].upper) ++counts[i].n_covered;
  }
}

}  // namespace

CoverageCount count_coverage(const CoverageRun& run) {
  CoverageCount counted{.n_repetitions = run.n_repetitions};
  for (std::size_t i = 0; i < run.n_repetitions; ++i) {
    auto options = quick_options(run.n_trials);
    options.seed = i;
    const auto fresh = drawn(run, kFreshRows, kFreshSeed + i);
    const auto truth = truth_of(fresh);
    const auto result = train_quietly(drawn(run, run.n_rows, i), options);
    const auto answers = result.model.predict(result.model.conformer().from_table(fresh.table));
    count(result.metrics, answers, truth, counted.metrics);
    if (run.task == data::Task::regression) {
      counted.rows_inside += share_inside(answers, truth) / static_cast<double>(run.n_repetitions);
    }
  }
  return counted;
}

}  // namespace mlops::test
