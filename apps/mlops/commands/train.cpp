#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "data_options.hpp"
#include "documents/documents.hpp"
#include "option_values.hpp"
#include "render/train_report.hpp"
#include "train_options.hpp"
#include "use_case.hpp"
#include "workflow/train.hpp"

namespace mlops::app {
namespace {

struct TrainOptions {
  std::string data;
  std::string name;
  ReadFlags read;
  InferenceFlags inference;
  TrainingFlags training;
  bool no_deploy = false;
  bool no_snapshot = false;
  bool strict = false;
  double min_metric = 0;
  bool has_min_metric = false;
};

workflow::TrainConfig to_config(const TrainOptions& options) {
  workflow::TrainConfig config{.data = options.data,
                               .read = to_read_options(options.read),
                               .inference = to_inference_options(options.inference),
                               .training = to_training_options(options.training)};
  if (!options.name.empty()) config.name = options.name;
  if (options.no_deploy) config.deploy = workflow::DeployAfter::no;
  if (options.no_snapshot) config.snapshot = workflow::Snapshot::hash_only;
  if (options.strict) config.findings = workflow::Findings::refuse;
  return config;
}

bool reaches(const TrainOptions& options, const data::MetricValue& metric) {
  if (!options.has_min_metric) return true;
  return data::higher_is_better(metric.metric) ? metric.value >= options.min_metric
                                               : metric.value <= options.min_metric;
}

int run_train(const TrainOptions& options, CommandContext& context) {
  const workflow::TrainConfig config = to_config(options);
  render::TrainProgress progress(context.err, context.options.quiet || context.options.json);
  const workflow::TrainReport report = workflow::train(
      config, environment_of(context, "train"),
      {.on_data =
           [&](const auto& data) { progress.on_data(config.data.filename().string(), data); },
       .on_progress = [&](const auto& event) { progress.on_progress(event); }});
  progress.finish();
  if (context.options.json) {
    context.out.write_json(train_document(report, config.training));
  } else {
    context.out.write(render::train_report(report, context.out.capabilities()));
  }
  if (!reaches(options, report.result.metric)) {
    warn(context, fmt::format("{} {:.4g} does not reach --min-metric {}",
                              data::to_string(report.result.metric.metric),
                              report.result.metric.value, options.min_metric));
    return to_status(ExitCode::condition_true);
  }
  suggest_next(context, report.deployed
                            ? "mlops serve"
                            : fmt::format("mlops deploy {}@{}", report.model, report.version));
  return to_status(ExitCode::ok);
}

HelpText help_text() {
  return {
      .details =
          "Reads the table, infers what its columns mean, checks them, searches for a model by "
          "cross-validation, scores it on rows no decision has seen, registers it as the next "
          "version and, when it beats the dummy, makes it the champion.",
      .examples = {{"mlops train customers.csv --target churned", "everything inferred"},
                   {"mlops train sales.csv.gz --target amount --time-column day --preset best",
                    "the future is never used to score the past"},
                   {"mlops train new.csv --name churn --no-deploy --min-metric 0.4 --json",
                    "in CI: register, exit 10 when log loss is above 0.4"}},
      .exit_statuses = {{ExitCode::bad_data, "the file cannot be read or learnt from, or --strict"},
                        {ExitCode::not_found, "no such file or column"},
                        {ExitCode::io, ""},
                        {ExitCode::condition_true, "--min-metric was not reached"},
                        {ExitCode::interrupted, "nothing was registered"}}};
}

}  // namespace

void add_train(CLI::App& app, Action& action) {
  auto options = std::make_shared<TrainOptions>();
  Command* command =
      add_command(app, "train", "Train a model from a table, register and deploy it", kBuildGroup);
  command->add_option("DATA", options->data, "CSV, TSV or JSON lines, also .gz; - is stdin")
      ->required();
  command->add_option("--name", options->name, "Model name; from the file's name unless given");
  add_inference_options(*command, options->inference);
  add_training_options(*command, options->training);
  add_read_options(*command, options->read);
  command->add_flag("--no-deploy", options->no_deploy, "Register only");
  command->add_flag("--no-snapshot", options->no_snapshot,
                    "Keep only the hash of the training rows");
  command->add_flag("--strict", options->strict, "Findings about the data are errors (exit 3)");
  const auto* minimum = command
                            ->add_option("--min-metric", options->min_metric,
                                         "Exit 10 when the held-out score is worse than this")
                            ->type_name("VALUE");
  set_help(*command, help_text());
  command->callback([options, minimum, &action] {
    options->has_min_metric = minimum->count() > 0;
    action = [options](CommandContext& context) { return run_train(*options, context); };
  });
}

}  // namespace mlops::app
