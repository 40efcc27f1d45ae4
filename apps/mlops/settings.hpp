// Settings with where they came from. Precedence: flag > environment > configuration file >
// default. The configuration file is YAML whose top-level keys are the global options and whose
// sections are the commands:
//
//   registry: /srv/mlops            # relative paths count from this file's directory
//   serve:
//     port: 9000                    # as `mlops serve --port 9000`, or MLOPS_SERVE_PORT=9000
//
// Both become defaults of the options before the command line is parsed, so `--help` shows them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terminal.hpp"

namespace CLI {
class App;
}

namespace mlops::app {

enum class Origin { default_value, config_file, environment, flag };

std::string_view to_string(Origin origin) noexcept;  ///< "default", "config file", ...

/// One setting as `mlops config` shows it.
struct Setting {
  std::string name;   ///< "registry", "serve.port"
  std::string value;  ///< as text
  Origin origin = Origin::default_value;
  std::string source;  ///< "--registry", "MLOPS_REGISTRY", the file's path; empty for a default
};

/// The options that every command understands.
struct GlobalOptions {
  std::filesystem::path registry = "registry";
  std::filesystem::path config_file;  ///< empty when there is none
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  ColorChoice color = ColorChoice::automatic;
  bool ascii = false;
  bool no_input = false;
  bool yes = false;
};

/// A value from the environment or the configuration file that became an option's default.
struct Override {
  std::string name;
  Origin origin = Origin::environment;
  std::string source;
};

/// The configuration file to read: --config, MLOPS_CONFIG, ./mlops.yaml when it is there, then
/// $XDG_CONFIG_HOME/mlops/config.yaml (~/.config). Nothing when none applies. Sees only `arguments`
/// before a "--".
[[nodiscard]] std::optional<std::filesystem::path> find_config_file(
    const std::vector<std::string>& arguments, const Environment& environment);

/// Makes environment and file values the defaults of `app`'s options and returns which.
/// Throws invalid_argument ("config.unknown_key", "config.bad_value"), not_found, or what
/// parse_yaml throws.
std::vector<Override> apply_overrides(CLI::App& app,
                                      const std::optional<std::filesystem::path>& config_file,
                                      const Environment& environment);

/// Every global setting, then every command setting that is not at its default, after parsing.
[[nodiscard]] std::vector<Setting> describe_settings(const CLI::App& app,
                                                     const std::vector<Override>& overrides);

}  // namespace mlops::app
