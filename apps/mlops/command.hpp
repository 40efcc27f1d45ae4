// The frame of a command file. Each commands/x.cpp holds, in this order: an options struct with
// its defaults (anonymous namespace), `run_x` (build a workflow config, call one workflow function,
// render its report), `add_x` (declare flags, examples, exit statuses, store the action).
// commands/config.cpp is the example to copy; commands/catalogue.cpp lists all of them.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "exit_code.hpp"
#include "settings.hpp"
#include "terminal.hpp"

namespace mlops::app {

/// What a running command gets.
struct CommandContext {
  const GlobalOptions& options;
  const std::vector<Setting>& settings;  ///< for `mlops config`
  Terminal& out;                         ///< stdout: the result
  Terminal& err;                         ///< stderr: everything else
  const CancelToken& cancel;             ///< set by SIGINT and SIGTERM
};

/// The work of one command; returns the exit status (0, or 10 for a condition that is true).
/// Failures are thrown as Error. Runs after parsing, so parse errors and run errors never mix.
using Action = std::function<int(CommandContext&)>;

/// The headings under which `mlops --help` lists commands.
inline constexpr const char* kBuildGroup = "Train and deploy";
inline constexpr const char* kUseGroup = "Serve and predict";
inline constexpr const char* kWatchGroup = "Watch and retrain";
inline constexpr const char* kRegistryGroup = "Look into and look after the registry";
inline constexpr const char* kToolGroup = "Environment and help";
/// Commands of this group are not listed anywhere.
inline constexpr const char* kHiddenGroup = "";

struct Example {
  std::string command;  ///< "mlops train customers.csv --target Churn"
  std::string meaning;  ///< one line; may be empty
};

struct ExitStatusHelp {
  ExitCode code = ExitCode::ok;
  std::string meaning;  ///< empty: the code's general meaning
};

/// What `--help` and docs/cli.md say beyond the options.
struct HelpText {
  std::string details;  ///< paragraphs below the description; may be empty
  std::vector<Example> examples;
  std::vector<ExitStatusHelp> exit_statuses;
};

/// A subcommand that remembers its help.
class Command : public CLI::App {
 public:
  using CLI::App::App;
  HelpText help_text;
};

/// Declares a subcommand: global options work after it, unknown words are collected for a
/// "did you mean". `description` is one line without a full stop. The result lives in `app`.
Command* add_command(CLI::App& app, const std::string& name, const std::string& description,
                     const char* group);

/// An option that may be given several times, one value each (`--drop A --drop B`), without
/// swallowing the words that follow. `values` must outlive the parsing.
CLI::Option* add_repeatable(Command& command, const std::string& name,
                            std::vector<std::string>& values, const std::string& description);

/// A flag that may carry a value after an equals sign only: `--watch`, `--watch=5`. `value` gets
/// `without` when none is given.
CLI::Option* add_flag_with_value(Command& command, const std::string& name, std::string& value,
                                 const std::string& without, const std::string& description);

/// Stores examples and exit statuses; status 2 (usage) is added where it is missing.
void set_help(Command& command, HelpText help);

/// "warning: <message>" and, when given, "hint: <hint>" on stderr; nothing with --json (the report
/// carries its warnings itself).
void warn(CommandContext& context, std::string_view message, std::string_view hint = {});

/// A line of progress or remark on stderr; nothing with --quiet or --json.
void note(CommandContext& context, std::string_view message);

/// The next useful command, dim, as the last line; only for a person at a terminal.
void suggest_next(CommandContext& context, std::string_view command);

/// Asks `question` on the terminal. Returns with --yes or after "y"; otherwise throws
/// invalid_argument ("usage.not_confirmed"), also where nobody can be asked.
void confirm(CommandContext& context, std::string_view question);

}  // namespace mlops::app
