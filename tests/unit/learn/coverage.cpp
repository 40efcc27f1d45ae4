#include "unit/learn/coverage.hpp"

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

}  // namespace

CoverageCount count_coverage(const CoverageRun& run) {
  CoverageCount count{.n_repetitions = run.n_repetitions};
  for (std::size_t i = 0; i < run.n_repetitions; ++i) {
    auto options = quick_options(run.n_trials);
    options.seed = i;
    const auto fresh = make_labelled(run.task, kFreshRows, kFreshSeed + i);
    const auto truth = truth_of(fresh);
    const auto result = train_quietly(make_labelled(run.task, run.n_rows, i), options);
    const auto answers = result.model.predict(result.model.conformer().from_table(fresh.table));
    const double score = data::score(result.metric.metric, answers, truth);
    if (score >= result.metric.lower && score <= result.metric.upper) ++count.n_covered;
    if (run.task == data::Task::regression) {
      count.rows_inside += share_inside(answers, truth) / static_cast<double>(run.n_repetitions);
    }
  }
  return count;
}

}  // namespace mlops::test
