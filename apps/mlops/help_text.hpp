// Help from one source: the option declarations and each command's HelpText, as the text of
// `--help` and as docs/cli.md.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace mlops::app {

/// Renders `--help`: description, usage, arguments, options with defaults, global options,
/// examples, exit statuses; for the program itself the commands by group. Plain text, ≤ 100
/// columns, no escapes.
class HelpFormatter final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

/// What `mlops` alone prints: the four commands to start with and where to read on.
[[nodiscard]] std::string concise_help();

/// The whole command reference as Markdown.
[[nodiscard]] std::string markdown_reference(const CLI::App& app);

/// Subcommands that are not hidden, in the order they were declared.
[[nodiscard]] std::vector<const CLI::App*> listed_commands(const CLI::App& app);

/// Named options that are not hidden, `--help` left out.
[[nodiscard]] std::vector<const CLI::Option*> listed_options(const CLI::App& app);

/// "-o, --output FILE": names and the placeholder of the value.
[[nodiscard]] std::string option_signature(const CLI::Option& option);

}  // namespace mlops::app
