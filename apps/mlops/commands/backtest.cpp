#include "workflow/backtest.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "commands/catalogue.hpp"
#include "documents/rehearsal_documents.hpp"
#include "option_values.hpp"
#include "render/backtest_report.hpp"
#include "render/progress_bar.hpp"
#include "train_options.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct BacktestOptions {
  std::string reference;
  std::string history;
  std::string step = "1m";
  std::string label_delay = "0s";
  std::string look;
  std::string policy;
  std::vector<std::string> drift_at;
  std::string by;
  TrainingFlags training;
  bool retrain = false;
};

const std::map<std::string, workflow::BacktestPeriod> kPeriods = {
    {"", workflow::BacktestPeriod::twelfth},
    {"day", workflow::BacktestPeriod::day},
    {"week", workflow::BacktestPeriod::week},
    {"month", workflow::BacktestPeriod::month}};

workflow::BacktestConfig to_config(const BacktestOptions& options) {
  workflow::BacktestConfig config{
      .reference = options.reference,
      .history = {.file = options.history, .step_micros = duration_micros(options.step)},
      .label_delay_micros = duration_micros(options.label_delay),
      .drift_at = options.drift_at,
      .retrain = options.retrain ? workflow::BacktestRetrain::yes : workflow::BacktestRetrain::no,
      .training = to_training_options(options.training)};
  // The search's --time-column and the history's are one and the same option here.
  config.training.time_column.reset();
  config.period = kPeriods.at(options.by);
  if (!options.training.time_column.empty())
    config.history.time_column = options.training.time_column;
  if (!options.look.empty()) config.look_micros = duration_micros(options.look);
  if (!options.policy.empty()) config.policy = options.policy;
  return config;
}

int run_backtest(const BacktestOptions& options, CommandContext& context) {
  const auto& err = context.err.capabilities();
  const bool live = err.live && !context.options.quiet && !context.options.json;
  const auto show_progress = [&](double share) {
    if (!live) return;
    const render::ProgressState state{.subject = "through the history", .share = share};
    context.err.write(render::kEraseLine + render::progress_line(state, err));
  };
  const workflow::BacktestReport report =
      workflow::backtest(to_config(options), environment_of(context, "backtest"), show_progress);
  if (live) context.err.write(render::kEraseLine);
  if (context.options.json) {
    context.out.write_json(backtest_document(report));
    return to_status(ExitCode::ok);
  }
  context.out.write(render::backtest_report(report, context.out.capabilities()));
  if (!options.retrain)
    suggest_next(context,
                 fmt::format("mlops backtest {} {} --retrain", options.reference, options.history));
  return to_status(ExitCode::ok);
}

HelpText help_text() {
  return {.details =
              "Sends labelled history through the model as if it were live: rows are answered and "
              "logged in the order of time, their truth comes --label-delay later, alarms are "
              "raised as `monitor --check` would, and with --retrain the model is retrained as "
              "`retrain --if-needed` would. A virtual clock makes years of it a matter of "
              "seconds. The registry is only read; nobody is notified. Without --time-column, or "
              "with a column of numbers, rows follow one another by --step.",
          .examples = {{"mlops backtest churn 2025.csv --time-column signed_up", ""},
                       {"mlops backtest load year.csv --step 30m --label-delay 1d --retrain",
                        "what retraining would have gained"},
                       {"mlops backtest rentals 2012.csv --time-column hour --by month", ""},
                       {"mlops backtest load year.csv --step 30m --drift-at 8710 --json",
                        "false and missed alarms against the truth"}},
          .exit_statuses = {{ExitCode::bad_data, "the history cannot be read or has bad times"},
                            {ExitCode::not_found, "no such model, version, file or column"},
                            {ExitCode::interrupted, "nothing has changed"}}};
}

}  // namespace

void add_backtest(CLI::App& app, Action& action) {
  auto options = std::make_shared<BacktestOptions>();
  options->training.preset = "fast";
  Command* command = add_command(
      app, "backtest", "Replay labelled history: alarms, and what retraining gains", kWatchGroup);
  command->add_option("MODEL", options->reference, "name, name@4, ...")->required();
  command->add_option("HISTORY", options->history, "Labelled rows")->required();
  command->add_option("--step", options->step, "Time from row to row, where no column says")
      ->check(duration())
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--label-delay", options->label_delay, "From an answer to its truth")
      ->check(duration())
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--look", options->look, "Time between two looks; by the span unless given")
      ->check(duration())
      ->type_name("DURATION");
  command->add_option("--policy", options->policy, "Instead of the model's model.yaml")
      ->type_name("FILE");
  command->add_option("--by", options->by, "Periods of the table; twelve equal ones unless given")
      ->check(one_of({"day", "week", "month"}))
      ->type_name("day|week|month");
  add_repeatable(*command, "--drift-at", options->drift_at,
                 "Where the world changed: a record's number or a time, or none; repeatable")
      ->type_name("RECORD|TIME");
  command->add_flag("--retrain", options->retrain, "Retrain on the way, as live");
  add_training_options(*command, options->training);
  set_help(*command, help_text());
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_backtest(*options, context); };
  });
}

}  // namespace mlops::app
