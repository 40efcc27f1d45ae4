#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "use_case.hpp"
#include "workflow/maintenance.hpp"

namespace mlops::app {
namespace {

struct RmOptions {
  std::string reference;
};

std::string describe(const workflow::RemovalReport& removal) {
  if (removal.version) return fmt::format("{}@{}", removal.model, *removal.version);
  return fmt::format("model {} with all its versions, events and observations", removal.model);
}

int run_rm(const RmOptions& options, CommandContext& context) {
  const workflow::Environment environment = environment_of(context, "rm");
  const workflow::RemovalReport removal = workflow::removal_of(options.reference, environment);
  confirm(context, fmt::format("Remove {}? There is no undo.", describe(removal)));
  workflow::remove(removal, environment);
  if (context.options.json) {
    context.out.write_json(removal_document(removal));
  } else {
    context.out.write_line("removed " + describe(removal));
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_rm(CLI::App& app, Action& action) {
  auto options = std::make_shared<RmOptions>();
  Command* command =
      add_command(app, "rm", "Remove a version, or a model with everything", kRegistryGroup);
  command->add_option("MODEL", options->reference, "name@version, or name for the whole model")
      ->required();
  set_help(*command,
           {.details = "Asks on a terminal; elsewhere it needs --yes.",
            .examples = {{"mlops rm churn@2", ""}, {"mlops rm churn --yes", "in a script"}},
            .exit_statuses = {{ExitCode::not_found, "no such model or version"},
                              {ExitCode::conflict,
                               "the version is champion or challenger, or the model is in use"},
                              {ExitCode::io, ""}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_rm(*options, context); };
  });
}

}  // namespace mlops::app
