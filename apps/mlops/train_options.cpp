#include "train_options.hpp"

#include <vector>

#include "option_values.hpp"

namespace mlops::app {
namespace {

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const auto task : {data::Task::binary, data::Task::regression}) {
    for (const data::Metric metric : data::metrics_of(task)) names.emplace_back(to_string(metric));
  }
  return names;
}

}  // namespace

void add_training_options(CLI::App& command, TrainingFlags& flags) {
  const char* group = "How to search";
  command
      .add_option("--preset", flags.preset, "About 10 s, 60 s or 10 min; small data ends sooner")
      ->check(one_of({"fast", "balanced", "best"}))
      ->capture_default_str()
      ->group(group);
  command.add_option("--time-limit", flags.time_limit_seconds, "Time for the search")
      ->type_name("SECONDS")
      ->check(at_least(0))
      ->group(group);
  command.add_option("--max-trials", flags.max_trials, "Trials at most")
      ->type_name("N")
      ->group(group);
  command.add_option("--metric", flags.metric, "What to select by; log_loss or rmse unless given")
      ->check(one_of(metric_names()))
      ->type_name("METRIC")
      ->group(group);
  command
      .add_option("--class-weights", flags.class_weights,
                  "What rare classes count: none, as they come; balanced, as much as every other")
      ->check(one_of({"none", "balanced"}))
      ->type_name("WEIGHTS")
      ->group(group);
  command.add_option("--folds", flags.folds, "Cross-validation folds")
      ->type_name("N")
      ->group(group);
  command.add_option("--seed", flags.seed, "Same data, options, seed and threads: same model")
      ->capture_default_str()
      ->group(group);
  command.add_option("--threads", flags.threads, "Threads; 0 is all of the machine's")
      ->capture_default_str()
      ->type_name("N")
      ->group(group);
  command.add_option("--time-column", flags.time_column, "Column whose order is time")
      ->type_name("COL")
      ->group(group);
  command.add_option("--max-latency-us", flags.max_latency_us, "Time one row may take at most")
      ->type_name("MICROSECONDS")
      ->check(at_least(1))
      ->capture_default_str()
      ->group(group);
}

learn::TrainingOptions to_training_options(const TrainingFlags& flags) {
  learn::TrainingOptions options{
      .preset = learn::parse_preset(flags.preset).value_or(learn::Preset::balanced),
      .metric = data::parse_metric(flags.metric),
      .class_weights = learn::parse_class_weights(flags.class_weights),
      .seed = flags.seed,
      .threads = flags.threads,
      .max_latency_us = flags.max_latency_us};
  if (flags.time_limit_seconds > 0) options.time_limit_seconds = flags.time_limit_seconds;
  if (flags.max_trials > 0) options.max_trials = flags.max_trials;
  if (flags.folds > 0) options.folds = flags.folds;
  if (!flags.time_column.empty()) options.time_column = flags.time_column;
  return options;
}

}  // namespace mlops::app
