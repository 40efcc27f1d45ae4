#include "workflow/deploy.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/catalogue.hpp"
#include "documents/documents.hpp"
#include "option_values.hpp"
#include "use_case.hpp"

namespace mlops::app {
namespace {

struct DeployOptions {
  std::string reference;
  std::string role = "champion";
  std::string traffic = "0%";
  bool shadow = false;
  bool force = false;
};

std::string describe(const workflow::DeployReport& report) {
  std::string text =
      fmt::format("{}@{} is {}", report.model, report.version,
                  report.role == workflow::DeployRole::champion ? "champion" : "challenger");
  if (report.role == workflow::DeployRole::champion && report.champion_before)
    text += fmt::format(" (was @{})", *report.champion_before);
  for (const std::string& change : report.schema_changes) text += "\nschema: " + change;
  return text;
}

int run_deploy(const DeployOptions& options, CommandContext& context) {
  const workflow::DeployReport report =
      workflow::deploy({.reference = options.reference,
                        .role = options.role == "champion" ? workflow::DeployRole::champion
                                                           : workflow::DeployRole::challenger,
                        .traffic_share = percentage_as_share(options.traffic),
                        .shadow = options.shadow,
                        .schema_change = options.force ? workflow::SchemaChange::allow
                                                       : workflow::SchemaChange::refuse},
                       environment_of(context, "deploy"));
  if (context.options.json) {
    context.out.write_json(deploy_document(report));
  } else {
    context.out.write_line(describe(report));
  }
  if (report.role == workflow::DeployRole::champion && report.champion_before)
    suggest_next(context, fmt::format("mlops rollback {}", report.model));
  return to_status(ExitCode::ok);
}

}  // namespace

void add_deploy(CLI::App& app, Action& action) {
  auto options = std::make_shared<DeployOptions>();
  Command* command =
      add_command(app, "deploy", "Make a version the champion or a challenger", kBuildGroup);
  command->add_option("MODEL", options->reference, "name or name@version")->required();
  command->add_option("--as", options->role, "What it becomes")
      ->check(one_of({"champion", "challenger"}))
      ->capture_default_str();
  command->add_option("--traffic", options->traffic, "Share a challenger answers")
      ->check(percentage())
      ->type_name("PERCENT")
      ->capture_default_str();
  command->add_flag("--shadow", options->shadow, "A challenger scores everything, answers nothing");
  command->add_flag("--force", options->force, "Deploy although the columns changed");
  set_help(*command,
           {.details = "The version must be whole, load, and give the answers of its self-test. A "
                       "running server follows within a second.",
            .examples = {{"mlops deploy churn@4", ""},
                         {"mlops deploy churn@5 --as challenger --shadow", ""},
                         {"mlops deploy churn@5 --as challenger --traffic 10%", ""}},
            .exit_statuses = {{ExitCode::not_found, "no such model or version"},
                              {ExitCode::conflict, "it wants other columns than the champion"},
                              {ExitCode::corrupt, "the version is damaged"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_deploy(*options, context); };
  });
}

}  // namespace mlops::app
