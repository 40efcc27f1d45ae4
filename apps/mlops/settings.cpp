#include "settings.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/suggest.hpp"
#include "base/yaml.hpp"
#include "help_text.hpp"

namespace mlops::app {
namespace {

/// Options that are about one run and can't be set from a file.
constexpr std::string_view kNotInFile[] = {"config", "version", "help"};

std::string key_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? std::string() : option.get_lnames().front();
}

std::string qualified_name(const CLI::App& app, const CLI::Option& option) {
  return app.get_parent() == nullptr ? key_of(option) : app.get_name() + "." + key_of(option);
}

/// serve.token-file -> MLOPS_SERVE_TOKEN_FILE
std::string environment_name(const std::string& qualified) {
  std::string name = "MLOPS_";
  for (const char c : qualified) {
    const bool separator = c == '.' || c == '-';
    name += separator ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

bool is_settable(const CLI::Option& option) {
  const std::string key = key_of(option);
  return !key.empty() &&
         std::find(std::begin(kNotInFile), std::end(kNotInFile), key) == std::end(kNotInFile);
}

std::vector<CLI::Option*> settable_options(CLI::App& app) {
  return app.get_options([](CLI::Option* option) { return is_settable(*option); });
}

std::vector<std::string> settable_keys(CLI::App& app) {
  std::vector<std::string> keys;
  for (const CLI::Option* option : settable_options(app)) keys.push_back(key_of(*option));
  return keys;
}

[[noreturn]] void throw_bad_value(const std::string& source, const std::string& name,
                                  std::string problem) {
  const auto colon = problem.find(": ");  // CLI11 puts the option's name before its message
  if (colon != std::string::npos) problem.erase(0, colon + 2);
  const auto line_break = problem.find('\n');
  const std::string hint = line_break == std::string::npos ? "" : problem.substr(line_break + 1);
  throw Error(ErrorKind::invalid_argument, "config.bad_value",
              fmt::format("{}: {}: {}", source, name, problem.substr(0, line_break)), hint);
}

void set_default(CLI::Option& option, const std::string& value, const std::string& source,
                 const std::string& name) {
  const bool extra_arguments = option.get_allow_extra_args();
  try {
    option.run_callback_for_default();
    option.allow_extra_args(true);  // CLI11 takes lists apart only then
    option.default_val(value);
    option.allow_extra_args(extra_arguments);
    option.required(false);
  } catch (const CLI::Error& error) {
    throw_bad_value(source, name, error.what());
  }
}

/// A YAML value as an option's text; lists as CLI11 reads them, [a,b].
std::string option_text(const Json& value, const std::string& source, const std::string& name) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::vector<std::string> items;
    for (const Json& item : value) items.push_back(option_text(item, source, name));
    return fmt::format("[{}]", fmt::join(items, ","));
  }
  if (value.is_object() || value.is_null()) throw_bad_value(source, name, "expected a value");
  return dump_json(value);
}

/// The configuration file's values, being laid over the options.
class FileOverrides {
 public:
  FileOverrides(const std::filesystem::path& path, std::vector<Override>& applied)
      : path_(path), applied_(applied) {}

  void apply(CLI::App& app) {
    const Json document = parse_yaml(read_file(path_), path_.string());
    if (!document.is_object()) {
      throw Error(ErrorKind::invalid_argument, "config.malformed",
                  fmt::format("{}: expected keys and values", path_.string()));
    }
    for (const auto& [key, value] : document.items()) apply_top_level(app, key, value);
  }

 private:
  void apply_top_level(CLI::App& app, const std::string& key, const Json& value) {
    const auto commands = listed_commands(app);
    const auto is_section = [&key](const CLI::App* command) { return command->get_name() == key; };
    if (std::none_of(commands.begin(), commands.end(), is_section)) {
      std::vector<std::string> keys = settable_keys(app);
      for (const CLI::App* command : commands) keys.push_back(command->get_name());
      return apply_value(app, key, value, keys);
    }
    CLI::App& command = *app.get_subcommand(key);
    if (!value.is_object()) {
      throw_bad_value(path_.string(), key, fmt::format("expected options of 'mlops {}'", key));
    }
    for (const auto& [option, option_value] : value.items()) {
      apply_value(command, option, option_value, settable_keys(command));
    }
  }

  void apply_value(CLI::App& app, std::string key, const Json& value,
                   const std::vector<std::string>& known_keys) {
    std::replace(key.begin(), key.end(), '_', '-');
    const auto options = settable_options(app);
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&key](const auto* option) { return key_of(*option) == key; });
    if (found == options.end()) {
      throw Error(ErrorKind::invalid_argument, "config.unknown_key",
                  fmt::format("{}: unknown key '{}'", path_.string(), key),
                  did_you_mean(key, known_keys));
    }
    const std::string name = qualified_name(app, **found);
    std::string text = option_text(value, path_.string(), name);
    if (name == "registry") text = (path_.parent_path() / text).lexically_normal().string();
    set_default(**found, text, path_.string(), name);
    applied_.push_back({name, Origin::config_file, path_.string()});
  }

  std::filesystem::path path_;
  std::vector<Override>& applied_;
};

void apply_environment(CLI::App& app, const Environment& environment,
                       std::vector<Override>& applied) {
  for (CLI::Option* option : settable_options(app)) {
    const std::string name = qualified_name(app, *option);
    const std::string variable = environment_name(name);
    const auto value = environment(variable);
    if (!value || value->empty()) continue;
    set_default(*option, *value, variable, name);
    applied.push_back({name, Origin::environment, variable});
  }
  for (CLI::App* command : app.get_subcommands({})) {
    apply_environment(*command, environment, applied);
  }
}

std::string value_of(const CLI::Option& option) {
  if (option.count() > 0) return fmt::format("{}", fmt::join(option.results(), ","));
  const std::string value = option.get_default_str();
  return value.empty() && option.get_expected_max() == 0 ? "false" : value;
}

Setting describe(const CLI::App& app, const CLI::Option& option,
                 const std::vector<Override>& overrides) {
  Setting setting{.name = qualified_name(app, option), .value = value_of(option)};
  if (option.count() > 0) {
    setting.origin = Origin::flag;
    setting.source = "--" + key_of(option);
    return setting;
  }
  for (const Override& candidate : overrides) {  // the later one, the environment's, counts
    if (candidate.name != setting.name) continue;
    setting.origin = candidate.origin;
    setting.source = candidate.source;
  }
  return setting;
}

bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

std::optional<std::filesystem::path> config_argument(const std::vector<std::string>& arguments) {
  constexpr std::string_view kOption = "--config";
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string& argument = arguments[i];
    if (argument == kOption && i + 1 < arguments.size()) return arguments[i + 1];
    if (argument.starts_with("--config=")) return argument.substr(kOption.size() + 1);
  }
  return std::nullopt;
}

std::optional<std::filesystem::path> user_config_directory(const Environment& environment) {
  const auto xdg = environment("XDG_CONFIG_HOME");
  if (xdg && !xdg->empty()) return std::filesystem::path(*xdg) / "mlops";
  const auto home = environment("HOME");
  if (home && !home->empty()) return std::filesystem::path(*home) / ".config" / "mlops";
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Origin origin) noexcept {
  switch (origin) {
    case Origin::default_value:
      return "default";
    case Origin::config_file:
      return "config file";
    case Origin::environment:
      return "environment";
    case Origin::flag:
      return "flag";
  }
  return "default";
}

std::optional<std::filesystem::path> find_config_file(const std::vector<std::string>& arguments,
                                                      const Environment& environment) {
  if (auto given = config_argument(arguments)) return given;
  const auto variable = environment("MLOPS_CONFIG");
  if (variable && !variable->empty()) return std::filesystem::path(*variable);
  if (is_file("mlops.yaml")) return "mlops.yaml";
  const auto directory = user_config_directory(environment);
  if (directory && is_file(*directory / "config.yaml")) return *directory / "config.yaml";
  return std::nullopt;
}

std::vector<Override> apply_overrides(CLI::App& app,
                                      const std::optional<std::filesystem::path>& config_file,
                                      const Environment& environment) {
  std::vector<Override> applied;
  if (config_file) {
    const std::string path = config_file->string();
    app.get_option("--config")->default_val(path);
    const bool named = environment("MLOPS_CONFIG") == path;
    applied.push_back({"config", named ? Origin::environment : Origin::config_file,
                       named ? "MLOPS_CONFIG" : path});
    FileOverrides(*config_file, applied).apply(app);
  }
  apply_environment(app, environment, applied);
  return applied;
}

std::vector<Setting> describe_settings(const CLI::App& app,
                                       const std::vector<Override>& overrides) {
  std::vector<Setting> settings;
  for (const CLI::Option* option : listed_options(app)) {
    if (key_of(*option) != "version") settings.push_back(describe(app, *option, overrides));
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    for (const CLI::Option* option : listed_options(*command)) {
      Setting setting = describe(*command, *option, overrides);
      if (setting.origin != Origin::default_value) settings.push_back(std::move(setting));
    }
  }
  return settings;
}

}  // namespace mlops::app
