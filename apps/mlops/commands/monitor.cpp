#include "workflow/monitor.hpp"

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "option_values.hpp"
#include "render/monitor.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct MonitorOptions {
  std::vector<std::string> models;
  std::string range = "24h";
  bool check = false;
};

/// `--check` is for cron: silent when all is well.
int finish_check(const workflow::MonitorReport& report, CommandContext& context) {
  if (!workflow::has_firing_alert(report)) return to_status(ExitCode::ok);
  if (!context.options.json)
    context.out.write(render::firing_alerts(report, context.out.capabilities()));
  return to_status(ExitCode::condition_true);
}

int run_monitor(const MonitorOptions& options, CommandContext& context) {
  const workflow::MonitorReport report = workflow::monitor(
      {.models = options.models,
       .range_micros = duration_micros(options.range),
       .alerts = options.check ? workflow::AlertUpdate::yes : workflow::AlertUpdate::no},
      environment_of(context, "monitor"));
  if (context.options.json) context.out.write_json(monitor_document(report));
  if (options.check) return finish_check(report, context);
  if (!context.options.json) context.out.write(render::monitor(report, context.out.capabilities()));
  return to_status(ExitCode::ok);
}

}  // namespace

void add_monitor(CLI::App& app, Action& action) {
  auto options = std::make_shared<MonitorOptions>();
  Command* command =
      add_command(app, "monitor", "Show performance, volume, drift and alerts", kWatchGroup);
  command->add_option("MODEL", options->models, "names; all deployed models unless given");
  command->add_option("--range", options->range, "How far back to look")
      ->check(duration())
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_flag("--check", options->check,
                    "For cron and CI: update alerts, exit 10 when one fires, else be silent");
  set_help(*command,
           {.details = "Reads the registry's files; no server has to run.",
            .examples = {{"mlops monitor", "all models, the worst first"},
                         {"mlops monitor churn --range 7d", "one model"},
                         {"mlops monitor --check", "from cron"},
                         {"mlops monitor churn --json | jq .models[0].status", ""}},
            .exit_statuses = {{ExitCode::not_found, "no such model, or it has no champion"},
                              {ExitCode::corrupt, "the observations cannot be read"},
                              {ExitCode::condition_true, "--check found a firing alert"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_monitor(*options, context); };
  });
}

}  // namespace mlops::app
