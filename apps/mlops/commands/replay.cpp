#include "workflow/replay.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/rehearsal_documents.hpp"
#include "option_values.hpp"
#include "render/replay_report.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct ReplayOptions {
  std::string reference;
  std::string since = "7d";
};

int run_replay(const ReplayOptions& options, CommandContext& context) {
  const workflow::ReplayReport report = workflow::replay(
      {.reference = options.reference, .since_micros = duration_micros(options.since)},
      environment_of(context, "replay"));
  if (context.options.json) {
    context.out.write_json(replay_document(report));
  } else {
    context.out.write(render::replay_report(report, context.out.capabilities()));
    suggest_next(context, fmt::format("mlops deploy {}@{} --as challenger --shadow", report.model,
                                      report.version));
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_replay(CLI::App& app, Action& action) {
  auto options = std::make_shared<ReplayOptions>();
  Command* command =
      add_command(app, "replay", "Answer logged requests with another version", kWatchGroup);
  command->add_option("MODEL", options->reference, "name, name@4, name@challenger, ...")
      ->required();
  command->add_option("--since", options->since, "How far back")
      ->check(duration())
      ->type_name("DURATION")
      ->capture_default_str();
  set_help(*command,
           {.details = "Shows which answers would change and, where the outcome is known, whether "
                       "for the better. Changes nothing.",
            .examples = {{"mlops replay churn@5", "before deploying @5"},
                         {"mlops replay churn@previous --since 30d --json", ""}},
            .exit_statuses = {{ExitCode::not_found, "no such model or version"},
                              {ExitCode::corrupt, "the version or the log is damaged"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_replay(*options, context); };
  });
}

}  // namespace mlops::app
