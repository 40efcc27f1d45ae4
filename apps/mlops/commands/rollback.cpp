#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "use_case.hpp"
#include "workflow/deploy.hpp"

namespace mlops::app {
namespace {

struct RollbackOptions {
  std::string name;
  registry::Version to = 0;
};

int run_rollback(const RollbackOptions& options, CommandContext& context) {
  const workflow::RollbackReport report =
      workflow::rollback(options.name, options.to > 0 ? std::optional(options.to) : std::nullopt,
                         environment_of(context, "rollback"));
  if (context.options.json) {
    context.out.write_json(rollback_document(report));
  } else {
    context.out.write_line(fmt::format("{0}@{1} is champion again (was @{2})", report.model,
                                       report.version, report.champion_before));
  }
  suggest_next(context, fmt::format("mlops history {}", report.model));
  return to_status(ExitCode::ok);
}

}  // namespace

void add_rollback(CLI::App& app, Action& action) {
  auto options = std::make_shared<RollbackOptions>();
  Command* command = add_command(app, "rollback", "Go back to the previous champion", kBuildGroup);
  command->add_option("MODEL", options->name, "name")->required();
  command->add_option("--to", options->to, "Another version than the previous champion")
      ->type_name("VERSION");
  set_help(*command, {.details = "",
                      .examples = {{"mlops rollback churn", "to the champion before"},
                                   {"mlops rollback churn --to 2", ""}},
                      .exit_statuses = {{ExitCode::not_found, "no such model or version"},
                                        {ExitCode::conflict, "there is nothing to go back to"},
                                        {ExitCode::corrupt, "that version is damaged"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_rollback(*options, context); };
  });
}

}  // namespace mlops::app
