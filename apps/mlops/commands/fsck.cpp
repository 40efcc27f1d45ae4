#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "render/table.hpp"
#include "use_case.hpp"
#include "workflow/maintenance.hpp"

namespace mlops::app {
namespace {

struct FsckOptions {
  bool repair = false;
};

render::Role role_of(const registry::Finding& finding) {
  if (finding.repaired) return render::Role::good;
  return finding.kind == registry::FindingKind::damage ? render::Role::critical
                                                       : render::Role::warning;
}

std::string to_text(const registry::FsckReport& report, const render::Capabilities& capabilities) {
  std::string text;
  if (!report.findings.empty()) {
    render::Table table({{"kind"}, {"code"}, {"path"}, {"what"}});
    for (const registry::Finding& finding : report.findings) {
      const std::string kind(registry::to_string(finding.kind));
      table.add_row({{finding.repaired ? kind + " (removed)" : kind, role_of(finding)},
                     {finding.code},
                     {finding.path},
                     {finding.message}});
    }
    text = render::to_text(table, capabilities) + "\n";
  }
  text += fmt::format("{} models, {} versions, {} files, {} events, {} datasets looked at: {}\n",
                      report.n_models, report.n_versions, report.n_files, report.n_events,
                      report.n_datasets,
                      report.count(registry::FindingKind::damage) > 0 ? "damaged" : "no damage");
  return text;
}

int run_fsck(const FsckOptions& options, CommandContext& context) {
  const registry::FsckReport report = workflow::check_registry(
      options.repair ? registry::FsckMode::repair : registry::FsckMode::look,
      environment_of(context, "fsck"));
  if (context.options.json) {
    context.out.write_json(fsck_document(report));
  } else {
    context.out.write(to_text(report, context.out.capabilities()));
  }
  if (!options.repair && report.count(registry::FindingKind::leftover) > 0)
    suggest_next(context, "mlops fsck --repair");
  return to_status(report.count(registry::FindingKind::damage) > 0 ? ExitCode::corrupt
                                                                   : ExitCode::ok);
}

}  // namespace

void add_fsck(CLI::App& app, Action& action) {
  auto options = std::make_shared<FsckOptions>();
  Command* command = add_command(app, "fsck", "Check every file of the registry", kRegistryGroup);
  command->add_flag("--repair", options->repair,
                    "Remove what interrupted commands left; never touches a whole version");
  set_help(*command,
           {.details = "Compares every file with its hash, aliases with versions, events with "
                       "their chain, datasets with who needs them.",
            .examples = {{"mlops fsck", ""}, {"mlops fsck --repair", ""}},
            .exit_statuses = {{ExitCode::not_found, "no registry"},
                              {ExitCode::corrupt, "something is damaged; each is named"},
                              {ExitCode::io, ""}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_fsck(*options, context); };
  });
}

}  // namespace mlops::app
