#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "render/history_table.hpp"
#include "use_case.hpp"
#include "workflow/inventory.hpp"

namespace mlops::app {
namespace {

struct HistoryOptions {
  std::string name;
};

int run_history(const HistoryOptions& options, CommandContext& context) {
  const auto events = workflow::model_history(options.name, environment_of(context, "history"));
  if (context.options.json) {
    context.out.write_json(history_document(options.name, events));
  } else {
    context.out.write(render::history_table(events, context.out.capabilities()));
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_history(CLI::App& app, Action& action) {
  auto options = std::make_shared<HistoryOptions>();
  Command* command =
      add_command(app, "history", "Show who did what to a model, and when", kRegistryGroup);
  command->add_option("MODEL", options->name, "name")->required();
  set_help(*command,
           {.details = "Checks the hash chain of the audit log while reading it.",
            .examples = {{"mlops history churn", ""}, {"mlops history churn --json", ""}},
            .exit_statuses = {{ExitCode::not_found, "no such model"},
                              {ExitCode::corrupt, "the chain is broken; the line is named"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_history(*options, context); };
  });
}

}  // namespace mlops::app
