#include "workflow/compare.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "render/compare.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct CompareOptions {
  std::string a;
  std::string b;
};

int run_compare(const CompareOptions& options, CommandContext& context) {
  const workflow::CompareReport report =
      workflow::compare_versions(options.a, options.b, environment_of(context, "compare"));
  if (context.options.json) {
    context.out.write_json(compare_document(report));
  } else {
    context.out.write(render::compare(report, context.out.capabilities()));
  }
  const registry::Version version = report.b.details.manifest.version;
  if (report.b.details.aliases.champion != version)
    suggest_next(context, fmt::format("mlops deploy {}@{}", report.b.details.model, version));
  return to_status(ExitCode::ok);
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  auto options = std::make_shared<CompareOptions>();
  Command* command = add_command(
      app, "compare", "Compare two versions: scores, columns, recipe, size", kRegistryGroup);
  command->add_option("A", options->a, "name, name@version or name@alias")->required();
  command->add_option("B", options->b, "what to compare it with")->required();
  set_help(*command,
           {.details = "Scores are those recorded at training, with their 95 % intervals; where "
                       "the intervals meet, neither version is shown to be better. Differences "
                       "are B minus A.",
            .examples = {{"mlops compare churn@previous churn@champion", ""},
                         {"mlops compare churn churn@7 --json", ""},
                         {"mlops compare churn churn-small", "two models"}},
            .exit_statuses = {{ExitCode::not_found, "no such model or version"},
                              {ExitCode::corrupt, "a manifest cannot be read"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_compare(*options, context); };
  });
}

}  // namespace mlops::app
