#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "use_case.hpp"
#include "workflow/maintenance.hpp"

namespace mlops::app {
namespace {

struct ExportOptions {
  std::string reference;
  std::string file;
  bool no_data = false;
};

int run_export(const ExportOptions& options, CommandContext& context) {
  const registry::ExportReport report = workflow::export_version(
      options.reference, options.file,
      options.no_data ? registry::WithDatasets::no : registry::WithDatasets::yes,
      environment_of(context, "export"));
  if (context.options.json) {
    context.out.write_json(export_document(report, options.file));
  } else {
    context.out.write_line(fmt::format("{}@{} is in {}: {} files, {} datasets", report.model,
                                       report.version, options.file, report.n_files,
                                       report.n_datasets));
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_export(CLI::App& app, Action& action) {
  auto options = std::make_shared<ExportOptions>();
  Command* command = add_command(app, "export", "Write one version into a .tar.gz", kRegistryGroup);
  command->add_option("MODEL", options->reference, "name, name@version or name@alias")->required();
  command->add_option("FILE", options->file, "Archive to write")->required();
  command->add_flag("--no-data", options->no_data, "Leave the training snapshot out");
  set_help(*command,
           {.details = "The same version gives the same bytes. mlops import takes it in elsewhere.",
            .examples = {{"mlops export churn@4 churn-4.tar.gz", ""}},
            .exit_statuses = {{ExitCode::not_found, "no such model or version"},
                              {ExitCode::corrupt, "the version is damaged"},
                              {ExitCode::io, ""}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_export(*options, context); };
  });
}

}  // namespace mlops::app
