#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "render/numbers.hpp"
#include "use_case.hpp"
#include "workflow/maintenance.hpp"

namespace mlops::app {
namespace {

struct GcOptions {
  registry::GcPolicy policy;
  bool dry_run = false;
};

std::string to_text(const registry::GcReport& report, bool dry_run) {
  std::string text;
  const char* verb = dry_run ? "would remove" : "removed";
  for (const auto& version : report.versions)
    text += fmt::format("{} {}@{} ({})\n", verb, version.model, version.version,
                        render::size_text(version.size_bytes));
  for (const auto& snapshot : report.snapshots)
    text += fmt::format("{} dataset {} ({})\n", verb, snapshot.sha256,
                        render::size_text(snapshot.size_bytes));
  for (const auto& skipped : report.skipped)
    text += fmt::format("left {} alone: {}\n", skipped.what, skipped.reason);
  if (report.versions.empty() && report.snapshots.empty()) return text + "nothing to remove\n";
  return text + fmt::format("{} {}\n", dry_run ? "would free" : "freed",
                            render::size_text(report.freed_bytes()));
}

int run_gc(const GcOptions& options, CommandContext& context) {
  const registry::GcReport report = workflow::clean_registry(
      options.policy, options.dry_run ? registry::GcMode::plan : registry::GcMode::remove,
      environment_of(context, "gc"));
  if (context.options.json) {
    context.out.write_json(gc_document(report, options.dry_run));
  } else {
    context.out.write(to_text(report, options.dry_run));
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_gc(CLI::App& app, Action& action) {
  auto options = std::make_shared<GcOptions>();
  Command* command =
      add_command(app, "gc", "Remove versions and datasets nobody needs", kRegistryGroup);
  command->add_option("--keep-last", options->policy.keep_last, "Newest versions a model keeps")
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--dry-run", options->dry_run, "Only say what would go");
  set_help(*command,
           {.details = "Keeps whatever an alias or a tag names and everything that was ever "
                       "champion.",
            .examples = {{"mlops gc --dry-run", ""}, {"mlops gc --keep-last 3", ""}},
            .exit_statuses = {{ExitCode::io, ""}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_gc(*options, context); };
  });
}

}  // namespace mlops::app
