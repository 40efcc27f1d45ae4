#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "use_case.hpp"
#include "workflow/maintenance.hpp"

namespace mlops::app {
namespace {

struct ImportOptions {
  std::string file;
  std::string name;
};

int run_import(const ImportOptions& options, CommandContext& context) {
  const registry::ImportReport report = workflow::import_version(
      options.file, options.name.empty() ? std::nullopt : std::optional(options.name),
      environment_of(context, "import"));
  if (context.options.json) {
    context.out.write_json(import_document(report));
  } else {
    context.out.write_line(fmt::format("{}@{} taken in (was {}@{}), not deployed", report.model,
                                       report.version, report.original_model,
                                       report.original_version));
  }
  suggest_next(context, fmt::format("mlops deploy {}@{}", report.model, report.version));
  return to_status(ExitCode::ok);
}

}  // namespace

void add_import(CLI::App& app, Action& action) {
  auto options = std::make_shared<ImportOptions>();
  Command* command =
      add_command(app, "import", "Take in a version that was exported elsewhere", kRegistryGroup);
  command->add_option("FILE", options->file, "Archive written by mlops export")->required();
  command->add_option("--name", options->name, "Model to import as; its own name unless given");
  set_help(*command,
           {.details = "Every file is checked against its hash; an archive can't write outside "
                       "the registry nor bring settings along. Nothing is deployed.",
            .examples = {{"mlops import churn-4.tar.gz", ""},
                         {"mlops import churn-4.tar.gz --name churn-eu", ""}},
            .exit_statuses = {{ExitCode::bad_data, "the archive is too large"},
                              {ExitCode::not_found, "no such file"},
                              {ExitCode::corrupt, "the archive is damaged or not one of ours"},
                              {ExitCode::io, ""}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_import(*options, context); };
  });
}

}  // namespace mlops::app
