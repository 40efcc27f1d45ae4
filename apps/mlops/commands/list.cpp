#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "render/list_table.hpp"
#include "use_case.hpp"
#include "workflow/inventory.hpp"

namespace mlops::app {
namespace {

int run_list(CommandContext& context) {
  const auto models = workflow::list_models(environment_of(context, "list"));
  if (context.options.json) {
    context.out.write_json(list_document(models));
    return to_status(ExitCode::ok);
  }
  if (models.empty()) {
    note(context, "no models in " + context.options.registry.string());
    suggest_next(context, "mlops train DATA --target COL");
    return to_status(ExitCode::ok);
  }
  context.out.write(render::list_table(models, context.out.capabilities()));
  for (const workflow::ModelSummary& model : models) {
    if (!model.damage.empty())
      warn(context, fmt::format("{}: {}", model.name, model.damage), "'mlops fsck' looks closer");
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_list(CLI::App& app, Action& action) {
  Command* command = add_command(app, "list", "List the models of the registry", kRegistryGroup);
  command->alias("ls");
  set_help(*command,
           {.details = "",
            .examples = {{"mlops list", ""}, {"mlops list --json | jq '.models[].model'", ""}},
            .exit_statuses = {{ExitCode::corrupt, "the registry cannot be read"}}});
  command->callback(
      [&action] { action = [](CommandContext& context) { return run_list(context); }; });
}

}  // namespace mlops::app
