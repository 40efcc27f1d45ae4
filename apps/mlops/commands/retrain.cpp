#include "workflow/retrain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "registry_presence.hpp"
#include "render/retrain_report.hpp"
#include "render/train_report.hpp"
#include "train_options.hpp"
#include "use_case.hpp"
#include "workflow/inventory.hpp"

namespace mlops::app {
namespace {

struct RetrainOptions {
  std::vector<std::string> models;
  std::vector<std::string> files;
  TrainingFlags training;
  bool all = false;
  bool if_needed = false;
  bool dry_run = false;
  bool require_promotion = false;
};

std::vector<std::string> names_of(const RetrainOptions& options, CommandContext& context) {
  if (options.all == !options.models.empty())
    throw Error(ErrorKind::invalid_argument, "usage.models",
                options.all ? "name models or say --all, not both" : "which models? none is named",
                "mlops retrain NAME, or mlops retrain --all");
  if (!options.all) return options.models;
  require_registry(context);
  std::vector<std::string> names;
  for (const auto& model : workflow::list_models(environment_of(context, "retrain"))) {
    if (model.aliases.champion) names.push_back(model.name);
  }
  return names;
}

workflow::RetrainConfig to_config(const RetrainOptions& options, const std::string& name) {
  return {
      .model = name,
      .files = {options.files.begin(), options.files.end()},
      .when = options.if_needed ? workflow::RetrainWhen::if_needed : workflow::RetrainWhen::always,
      .run = options.dry_run ? workflow::RetrainRun::dry : workflow::RetrainRun::full,
      .training = to_training_options(options.training)};
}

/// Cron sees nothing when nothing happened.
bool worth_showing(const workflow::RetrainReport& report, const CommandContext& context) {
  const bool nothing = report.outcome == workflow::RetrainOutcome::not_needed ||
                       report.outcome == workflow::RetrainOutcome::busy;
  const bool news = std::any_of(report.quarantined.begin(), report.quarantined.end(),
                                [](const auto& item) { return item.first_time; });
  return !nothing || news || context.out.capabilities().terminal;
}

int run_retrain(const RetrainOptions& options, CommandContext& context) {
  std::vector<workflow::RetrainReport> reports;
  std::optional<Error> failure;
  for (const std::string& name : names_of(options, context)) {
    render::TrainProgress progress(context.err, context.options.quiet || context.options.json);
    try {
      reports.push_back(
          workflow::retrain(to_config(options, name), environment_of(context, "retrain"),
                            [&](const learn::Progress& event) { progress.on_progress(event); }));
      progress.finish();
      if (!context.options.json && worth_showing(reports.back(), context))
        context.out.write(render::retrain_report(reports.back(), context.out.capabilities()));
    } catch (const Error& error) {
      progress.finish();
      // One model's failure must not keep the others from being retrained.
      if (!options.all || error.kind() == ErrorKind::interrupted) throw;
      warn(context, fmt::format("{}: {}", name, error.what()), error.hint());
      if (!failure) failure = error.with_context(name);
    }
  }
  if (context.options.json) context.out.write_json(retrain_document(reports));
  if (failure) throw *failure;
  const bool kept = std::any_of(reports.begin(), reports.end(), [](const auto& report) {
    return report.outcome != workflow::RetrainOutcome::promoted;
  });
  return to_status(options.require_promotion && kept ? ExitCode::condition_true : ExitCode::ok);
}

HelpText help_text() {
  return {
      .details =
          "Trains a challenger on the champion's data, logged predictions whose outcome is "
          "known, and new files; compares it with the champion on rows that neither has "
          "seen; promotes it or keeps the champion. On any failure the champion stays. With "
          "--if-needed the triggers of model.yaml decide and nothing is printed when there "
          "is nothing to do.",
      .examples = {{"mlops retrain churn", "now"},
                   {"mlops retrain churn --data march.csv --dry-run", "only say what would happen"},
                   {"mlops retrain --all --if-needed", "from cron"}},
      .exit_statuses = {{ExitCode::ok, "promoted, kept or not needed"},
                        {ExitCode::bad_data, "nothing can be learnt from the data"},
                        {ExitCode::not_found, "no such model, or it has no champion"},
                        {ExitCode::conflict, "another retraining of the model is running"},
                        {ExitCode::io, ""},
                        {ExitCode::condition_true, "--require-promotion and a champion was kept"},
                        {ExitCode::interrupted, "the champion stays"}}};
}

}  // namespace

void add_retrain(CLI::App& app, Action& action) {
  auto options = std::make_shared<RetrainOptions>();
  options->training.preset = "fast";
  Command* command =
      add_command(app, "retrain", "Train a challenger, compare, promote or keep", kWatchGroup);
  command->add_option("MODEL", options->models, "names");
  command->add_flag("--all", options->all, "Every model with a champion");
  command->add_flag("--if-needed", options->if_needed, "Only when a trigger fired");
  command->add_option("--data", options->files, "New labelled rows; repeatable")->type_name("FILE");
  command->add_flag("--dry-run", options->dry_run, "Decide, then stop");
  command->add_flag("--require-promotion", options->require_promotion,
                    "Exit 10 unless a challenger was promoted");
  add_training_options(*command, options->training);
  set_help(*command, help_text());
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_retrain(*options, context); };
  });
}

}  // namespace mlops::app
