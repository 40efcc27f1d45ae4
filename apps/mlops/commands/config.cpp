#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "commands/catalogue.hpp"
#include "render/table.hpp"

namespace mlops::app {
namespace {

struct ConfigOptions {
  std::string key;
};

std::vector<Setting> selected(const std::vector<Setting>& settings, const std::string& key) {
  if (key.empty()) return settings;
  std::vector<std::string> names;
  for (const Setting& setting : settings) {
    if (setting.name == key) return {setting};
    names.push_back(setting.name);
  }
  throw Error(ErrorKind::not_found, "config.unknown_setting",
              fmt::format("there is no setting '{}'", key), did_you_mean(key, names));
}

Json to_json(const std::vector<Setting>& settings) {
  Json document = {{"schema", "mlops/config/v1"}, {"settings", Json::array()}};
  for (const Setting& setting : settings) {
    document["settings"].push_back({{"name", setting.name},
                                    {"value", setting.value},
                                    {"origin", to_string(setting.origin)},
                                    {"source", setting.source}});
  }
  return document;
}

render::Table to_table(const std::vector<Setting>& settings) {
  render::Table table({{"setting"}, {"value"}, {"from"}});
  for (const Setting& setting : settings) {
    const std::string origin =
        setting.source.empty() ? std::string(to_string(setting.origin))
                               : fmt::format("{} {}", to_string(setting.origin), setting.source);
    table.add_row({setting.name, setting.value, origin});
  }
  return table;
}

int run_config(const ConfigOptions& options, CommandContext& context) {
  const auto settings = selected(context.settings, options.key);
  if (context.options.json) {
    context.out.write_json(to_json(settings));
  } else {
    context.out.write(render::to_text(to_table(settings), context.out.capabilities()));
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_config(CLI::App& app, Action& action) {
  auto options = std::make_shared<ConfigOptions>();
  Command* command =
      add_command(app, "config", "Show every setting and where it came from", kToolGroup);
  command->add_option("SETTING", options->key, "Only this one");
  set_help(
      *command,
      {
          .details =
              "Precedence: flag, environment (MLOPS_REGISTRY, MLOPS_SERVE_PORT, ...), "
              "configuration file, default. The file is --config, MLOPS_CONFIG, ./mlops.yaml or "
              "~/.config/mlops/config.yaml; its keys are the global options, its sections the "
              "commands' options.",
          .examples = {{"mlops config", "all settings"},
                       {"MLOPS_REGISTRY=/srv/mlops mlops config registry", "one, and who set it"}},
          .exit_statuses = {{.code = ExitCode::not_found, .meaning = "no setting of that name"}},
      });
  command->callback([options, &action] {
    action = [options](CommandContext& context) { return run_config(*options, context); };
  });
}

}  // namespace mlops::app
