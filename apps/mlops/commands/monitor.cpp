#include "workflow/monitor.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "base/error.hpp"
#include "base/file.hpp"
#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "monitor_watch.hpp"
#include "option_values.hpp"
#include "render/comparison.hpp"
#include "render/fleet_screen.hpp"
#include "render/html_report.hpp"
#include "render/monitor.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct MonitorOptions {
  std::vector<std::string> models;
  std::string range = "24h";
  std::string watch;  ///< seconds; empty: once
  std::string html;
  std::vector<std::string> compare;
  bool check = false;
  bool recount = false;
  bool wide = false;
};

double watch_seconds(const std::string& text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0.1))
    throw Error(ErrorKind::invalid_argument, "usage.bad_value",
                fmt::format("--watch: '{}' is not a number of seconds of at least 0.1", text),
                "write --watch or --watch=5");
  return seconds;
}

/// `--check` is for cron: silent when all is well.
int finish_check(const workflow::MonitorReport& report, CommandContext& context) {
  if (!workflow::has_firing_alert(report)) return to_status(ExitCode::ok);
  if (!context.options.json) context.out.write(render::firing_alerts(report));
  return to_status(ExitCode::condition_true);
}

int run_compare(const MonitorOptions& options, CommandContext& context) {
  const workflow::MonitorReport report = workflow::compare_versions(
      {.references = options.compare, .range_micros = duration_micros(options.range)},
      environment_of(context, "monitor"));
  if (context.options.json)
    context.out.write_json(monitor_document(report));
  else
    context.out.write(render::comparison(report, context.out.capabilities()));
  return to_status(ExitCode::ok);
}

/// Two ways to show the same: one would be forgotten without a word, a check even.
void refuse_contradictions(const MonitorOptions& options) {
  std::vector<std::string> given;
  if (options.check) given.emplace_back("--check");
  if (!options.watch.empty()) given.emplace_back("--watch");
  if (!options.html.empty()) given.emplace_back("--html");
  if (!options.compare.empty()) given.emplace_back("--compare");
  if (given.size() < 2) return;
  throw Error(ErrorKind::invalid_argument, "usage.contradiction",
              fmt::format("{} cannot be had at once", fmt::join(given, " and ")),
              "run mlops monitor once for each");
}

int write_page(const std::string& file, const workflow::MonitorReport& report,
               CommandContext& context) {
  const std::string page = render::html_report(report);
  if (file == "-") {
    context.out.write(page);
  } else {
    write_file_atomically(file, page);
    note(context, "report written to " + file);
  }
  return to_status(ExitCode::ok);
}

int run_monitor(const MonitorOptions& options, CommandContext& context) {
  refuse_contradictions(options);
  if (!options.compare.empty()) return run_compare(options, context);
  const workflow::MonitorConfig config{
      .models = options.models,
      .range_micros = duration_micros(options.range),
      .alerts = options.check ? workflow::AlertUpdate::yes : workflow::AlertUpdate::no,
      .recount = options.recount ? observe::Recount::yes : observe::Recount::no};
  if (!options.watch.empty()) return watch_monitor(config, watch_seconds(options.watch), context);
  const workflow::MonitorReport report =
      workflow::monitor(config, environment_of(context, "monitor"));
  if (!options.html.empty()) return write_page(options.html, report, context);
  if (context.options.json) context.out.write_json(monitor_document(report));
  if (options.check) return finish_check(report, context);
  if (context.options.json) return to_status(ExitCode::ok);
  context.out.write(render::monitor(report,
                                    options.wide ? render::Detail::all : render::Detail::normal,
                                    context.out.capabilities()));
  const std::string next =
      report.models.empty() ? std::string() : render::next_command(report.models.front());
  if (!next.empty()) suggest_next(context, next);
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
  add_flag_with_value(*command, "--watch", options->watch, "2",
                      "Again and again, every 2 or --watch=SECONDS, with keys");
  command->add_option("--html", options->html, "Write a self-contained page instead; - is stdout")
      ->type_name("FILE");
  command->add_option("--compare", options->compare, "Versions side by side, two or more")
      ->expected(2, 8)
      ->type_name("REF REF");
  command->add_flag("--check", options->check,
                    "For cron and CI: update alerts, exit 10 when one fires, else be silent");
  command->add_flag("--wide", options->wide, "Every column and event, also those that are well");
  command->add_flag("--recount", options->recount,
                    "Count the log again first, not trusting the stored sketches");
  set_help(*command,
           {.details = "Reads the registry's files; no server has to run.",
            .examples = {{"mlops monitor", "all models, the worst first"},
                         {"mlops monitor churn --range 7d", "one model"},
                         {"mlops monitor churn --watch", "live; q ends it"},
                         {"mlops monitor --html report.html", "to send to somebody"},
                         {"mlops monitor --compare churn@3 churn@4", "side by side"},
                         {"mlops monitor --check", "from cron"},
                         {"mlops monitor churn --json | jq .models[0].status", ""}},
            .exit_statuses = {
                {ExitCode::not_found, "no such model, or it has no champion; --check: no registry"},
                {ExitCode::corrupt, "the observations cannot be read"},
                {ExitCode::condition_true, "--check found a firing alert"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_monitor(*options, context); };
  });
}

}  // namespace mlops::app
