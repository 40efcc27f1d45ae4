#include "workflow/alerts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "base/error.hpp"
#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "option_values.hpp"
#include "registry_presence.hpp"
#include "render/alert_list.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct AlertsOptions {
  std::vector<std::string> words;  ///< nothing, or "ack" and an id
  std::string model;
  std::string range = "7d";
};

std::optional<std::string> model_of(const AlertsOptions& options) {
  if (options.model.empty()) return std::nullopt;
  return options.model;
}

/// "12" and "#12", as the lists write it.
std::int64_t id_of(std::string text) {
  if (text.starts_with('#')) text.erase(0, 1);
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id < 1)
    throw Error(ErrorKind::invalid_argument, "usage.bad_value",
                fmt::format("'{}' is not the number of an alert", text),
                "mlops alerts lists them with their numbers");
  return id;
}

int run_acknowledge(const AlertsOptions& options, CommandContext& context) {
  const workflow::ModelAlert alert =
      workflow::acknowledge({.id = id_of(options.words[1]), .model = model_of(options)},
                            environment_of(context, "alerts"));
  if (context.options.json) {
    context.out.write_json(alerts_document({alert}));
  } else {
    context.out.write_line(
        fmt::format("acknowledged alert {} of {}: it stays open and is not told "
                    "again until it is resolved",
                    alert.alert.id, alert.model));
    suggest_next(context, alert.alert.next_command);
  }
  return to_status(ExitCode::ok);
}

int run_list(const AlertsOptions& options, CommandContext& context) {
  if (options.model.empty()) require_registry(context);
  const auto alerts =
      workflow::alerts({.model = model_of(options), .range_micros = duration_micros(options.range)},
                       environment_of(context, "alerts"));
  if (context.options.json) {
    context.out.write_json(alerts_document(alerts));
    return to_status(ExitCode::ok);
  }
  context.out.write(render::alert_list(alerts, context.out.capabilities()));
  for (const workflow::ModelAlert& entry : alerts) {
    if (entry.alert.state != "firing") continue;
    suggest_next(context, fmt::format("mlops alerts ack {}", entry.alert.id));
    break;
  }
  return to_status(ExitCode::ok);
}

int run_alerts(const AlertsOptions& options, CommandContext& context) {
  if (options.words.empty()) return run_list(options, context);
  if (options.words[0] == "ack" && options.words.size() == 2)
    return run_acknowledge(options, context);
  throw Error(ErrorKind::invalid_argument, "usage.bad_value",
              fmt::format("'{}' is not something to do with alerts", fmt::join(options.words, " ")),
              "mlops alerts, mlops alerts --model NAME, or mlops alerts ack ID");
}

}  // namespace

void add_alerts(CLI::App& app, Action& action) {
  auto options = std::make_shared<AlertsOptions>();
  Command* command =
      add_command(app, "alerts", "List alerts, or acknowledge one: alerts ack ID", kWatchGroup);
  command->add_option("ACTION", options->words, "nothing to list, or: ack ID")->expected(0, 2);
  command->add_option("--model", options->model, "Of this model only")->type_name("NAME");
  command->add_option("--range", options->range, "How far back resolved alerts are listed")
      ->check(duration())
      ->type_name("DURATION")
      ->capture_default_str();
  set_help(
      *command,
      {.details = "An acknowledged alert stays open but is not told again, and monitor --check "
                  "no longer exits 10 for it. It is resolved by itself when the evidence says "
                  "that the cause is gone.",
       .examples = {{"mlops alerts", "open ones, then those resolved in the last 7 days"},
                    {"mlops alerts ack 12", "seen; somebody is working on it"},
                    {"mlops alerts --json | jq '.alerts[] | select(.state == \"firing\")'", ""}},
       .exit_statuses = {{ExitCode::not_found, "no such model or alert"},
                         {ExitCode::conflict, "the alert is resolved already"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_alerts(*options, context); };
  });
}

}  // namespace mlops::app
