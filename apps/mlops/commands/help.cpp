#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "commands/catalogue.hpp"
#include "help_text.hpp"

namespace mlops::app {
namespace {

struct HelpOptions {
  std::string command;
  bool markdown = false;
};

const CLI::App& find_command(const CLI::App& app, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::App* command : listed_commands(app)) {
    if (command->get_name() == name) return *command;
    names.push_back(command->get_name());
  }
  const std::string suggestion = did_you_mean(name, names);
  throw Error(ErrorKind::invalid_argument, "usage.unknown_command",
              fmt::format("unknown command '{}'", name),
              suggestion.empty() ? "'mlops --help' lists all commands" : suggestion);
}

int run_help(const HelpOptions& options, const CLI::App& app, CommandContext& context) {
  if (options.markdown) {
    context.out.write(markdown_reference(app));
  } else if (options.command.empty()) {
    context.out.write(app.help());
  } else {
    context.out.write(find_command(app, options.command).help());
  }
  return to_status(ExitCode::ok);
}

}  // namespace

void add_help(CLI::App& app, Action& action) {
  auto options = std::make_shared<HelpOptions>();
  Command* command = add_command(app, "help", "Explain a command", kToolGroup);
  command->add_option("COMMAND", options->command, "The command; all of them when absent");
  command->add_flag("--markdown", options->markdown, "The whole reference as Markdown");
  set_help(*command,
           {.examples = {{"mlops help train", "options, examples, exit statuses"},
                         {"mlops help --markdown > docs/cli.md", "write the reference"}}});
  command->callback([options, &app, &action] {
    action = [options, &app](CommandContext& context) { return run_help(*options, app, context); };
  });
}

}  // namespace mlops::app
