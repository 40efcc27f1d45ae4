#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/clock.hpp"
#include "checkup.hpp"
#include "commands/catalogue.hpp"
#include "option_values.hpp"
#include "render/table.hpp"

namespace mlops::app {
namespace {

struct DoctorOptions {
  std::uint16_t port = 8080;
};

std::vector<Check> examine(const DoctorOptions& options, const CommandContext& context) {
  const SystemClock clock;
  const std::filesystem::path& root = context.options.registry;
  const std::string config = context.options.config_file.empty()
                                 ? std::string("none; see mlops config --help")
                                 : context.options.config_file.string();
  std::vector<Check> checks = {{"configuration", CheckStatus::ok, config, ""},
                               check_registry(root, clock),
                               check_disk(root),
                               check_file_system(root),
                               check_clock(root, clock),
                               check_port(options.port),
                               check_retraining(root, clock)};
  const auto models = check_models(root, clock);
  checks.insert(checks.end(), models.begin(), models.end());
  return checks;
}

render::Role role_of(CheckStatus status) {
  if (status == CheckStatus::ok) return render::Role::good;
  return status == CheckStatus::warning ? render::Role::warning : render::Role::critical;
}

std::string status_cell(CheckStatus status, const render::Capabilities& capabilities) {
  const std::string word(to_string(status));
  if (!capabilities.terminal) return word;
  const render::Glyphs& signs = render::glyphs(capabilities);
  const auto sign = status == CheckStatus::ok        ? signs.good
                    : status == CheckStatus::warning ? signs.warning
                                                     : signs.critical;
  return capabilities.unicode ? fmt::format("{} {}", sign, word) : std::string(sign);
}

std::string to_text(const std::vector<Check>& checks, const render::Capabilities& capabilities) {
  render::Table table({{.title = "check", .shrinks = false},
                       {.title = "status", .shrinks = false},
                       {.title = "found"},
                       {.title = "what to do"}});
  for (const Check& check : checks) {
    table.add_row({check.name,
                   {status_cell(check.status, capabilities), role_of(check.status)},
                   check.message,
                   {check.hint, render::Role::meta}});
  }
  return render::to_text(table, capabilities);
}

Json to_json(const std::vector<Check>& checks, bool healthy) {
  Json document = {{"schema", "mlops/doctor/v1"}, {"ok", healthy}, {"checks", Json::array()}};
  for (const Check& check : checks) {
    document["checks"].push_back({{"name", check.name},
                                  {"status", to_string(check.status)},
                                  {"message", check.message},
                                  {"hint", check.hint}});
  }
  return document;
}

int run_doctor(const DoctorOptions& options, CommandContext& context) {
  const auto checks = examine(options, context);
  const bool healthy = std::none_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.status == CheckStatus::failed;
  });
  if (context.options.json) {
    context.out.write_json(to_json(checks, healthy));
  } else {
    context.out.write(to_text(checks, context.out.capabilities()));
  }
  return to_status(healthy ? ExitCode::ok : ExitCode::condition_true);
}

}  // namespace

void add_doctor(CLI::App& app, Action& action) {
  auto options = std::make_shared<DoctorOptions>();
  Command* command =
      add_command(app, "doctor", "Check the registry and the machine around it", kToolGroup);
  command->add_option("--port", options->port, "The port that serve would listen on")
      ->type_name("PORT")
      ->check(between(1, 65535))
      ->capture_default_str();
  set_help(*command, {.details = "Looks only; changes nothing.",
                      .examples = {{"mlops doctor", ""},
                                   {"mlops doctor --json | jq '.checks[] | select(.status != "
                                    "\"ok\")'",
                                    "only what needs attention"}},
                      .exit_statuses = {{ExitCode::condition_true, "a check failed"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_doctor(*options, context); };
  });
}

}  // namespace mlops::app
