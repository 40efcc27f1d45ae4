#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "render/show.hpp"
#include "use_case.hpp"
#include "workflow/inventory.hpp"

namespace mlops::app {
namespace {

struct ShowOptions {
  std::string reference;
  bool card = false;
};

int run_show(const ShowOptions& options, CommandContext& context) {
  const workflow::VersionDetails details =
      workflow::show_version(options.reference, environment_of(context, "show"));
  if (context.options.json) {
    context.out.write_json(show_document(details));
  } else if (options.card) {
    context.out.write(details.model_card);
  } else {
    context.out.write(render::show(details, context.out.capabilities()));
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_show(CLI::App& app, Action& action) {
  auto options = std::make_shared<ShowOptions>();
  Command* command =
      add_command(app, "show", "Show one version: scores, columns, recipe", kRegistryGroup);
  command->add_option("MODEL", options->reference, "name, name@version or name@alias")->required();
  command->add_flag("--card", options->card, "The model card, Markdown");
  set_help(*command, {.details = "",
                      .examples = {{"mlops show churn", "the champion"},
                                   {"mlops show churn@4 --json", ""},
                                   {"mlops show churn --card > card.md", ""}},
                      .exit_statuses = {{ExitCode::not_found, "no such model or version"},
                                        {ExitCode::corrupt, "its manifest cannot be read"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_show(*options, context); };
  });
}

}  // namespace mlops::app
