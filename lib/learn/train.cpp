#include "learn/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/error.hpp"
#include "learn/class_weights.hpp"
#include "learn/exploration.hpp"
#include "learn/leaderboard.hpp"
#include "learn/row_order.hpp"
#include "learn/seed.hpp"

namespace mlops::learn {

namespace {

double default_limit_seconds(Preset preset) {
  switch (preset) {
    case Preset::fast:
      return 10;
    case Preset::balanced:
      return 60;
    case Preset::best:
      return 600;
  }
  return 60;
}

/// The options with everything decided that was left open. A trial limit alone means: no clock.
TrainingOptions resolved(TrainingOptions options, data::Task task) {
  options.validate();
  if (options.threads == 0) options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (!options.metric) options.metric = data::default_metric(task);
  if (!data::applies_to(*options.metric, task)) {
    throw Error(ErrorKind::invalid_argument, "learn.metric",
                fmt::format("metric '{}' is not defined for a {} task", to_string(*options.metric),
                            to_string(task)),
                fmt::format("use '{}'", to_string(data::default_metric(task))));
  }
  if (!options.class_weights) options.class_weights = ClassWeights::none;
  if (options.class_weights == ClassWeights::balanced && task == data::Task::regression) {
    throw Error(ErrorKind::invalid_argument, "learn.class_weights",
                "class weights 'balanced' are not defined for a regression task",
                "leave --class-weights out, or say --task multiclass if the numbers are labels");
  }
  if (!options.time_limit_seconds && !options.max_trials) {
    options.time_limit_seconds = default_limit_seconds(options.preset);
  }
  return options;
}

void score_outcome(const Dataset& dataset, const TrainingOptions& options, const Outcome& outcome,
                   TrainingResult& result) {
  const auto truth = truth_of(dataset, outcome.rows);
  const auto seed = derive_seed(options.seed, SeedPurpose::bootstrap);
  for (const auto metric : data::metrics_of(dataset.task)) {
    result.metrics.push_back(data::score_with_interval(metric, outcome.predictions, truth, seed));
    if (metric == *options.metric) result.metric = result.metrics.back();
  }
  result.dummy = data::score_with_interval(*options.metric, outcome.dummy, truth, seed);
}

}  // namespace

TrainingResult train(const data::Table& table, const data::Schema& schema,
                     const TrainingOptions& asked_options, const ProgressSink& progress,
                     const CancelToken& cancel) {
  const auto options = resolved(asked_options, schema.task);
  const SearchClock clock(options.time_limit_seconds);
  std::vector<data::Finding> findings;
  auto dataset = make_dataset(table, schema, options.time_column, findings);
  if (options.class_weights == ClassWeights::balanced) {
    dataset.class_weights = balanced_class_weights(dataset.truth.classes, dataset.n_classes);
  }
  if (const auto finding = check_row_order(dataset)) findings.push_back(*finding);
  const ExplorationContext context{dataset, options, clock, progress, cancel};
  auto outcome = explore(context);
  context.note("measuring the importance of features");
  auto importance = permutation_importance(dataset, outcome.parts, options, cancel);
  outcome.deployed.validate();
  TrainingResult result{.model = model::Model(schema, std::make_shared<const model::Pipeline>(
                                                          std::move(outcome.deployed)))};
  score_outcome(dataset, options, outcome, result);
  result.leaderboard = make_leaderboard(outcome.found, outcome.screened);
  for (const auto row : outcome.rows) result.held_out_rows.push_back(dataset.table_rows[row]);
  result.held_out_predictions = std::move(outcome.predictions);
  result.importance = std::move(importance);
  result.warnings = std::move(findings);
  result.n_trials = outcome.found.n_trials;
  result.recipe = std::move(outcome.recipe);
  result.seconds = clock.elapsed_seconds();
  return result;
}

}  // namespace mlops::learn
