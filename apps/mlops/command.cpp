#include "command.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "help_text.hpp"
#include "render/style.hpp"

namespace mlops::app {

using render::Role;
using render::styled;

Command* add_command(CLI::App& app, const std::string& name, const std::string& description,
                     const char* group) {
  auto command = std::make_shared<Command>(description, name);
  command->group(group);
  command->set_help_flag("-h,--help", "Show this help");
  command->formatter(std::make_shared<HelpFormatter>());
  command->fallthrough();
  command->allow_extras();
  command->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  Command* raw = command.get();
  app.add_subcommand(std::move(command));
  return raw;
}

CLI::Option* add_repeatable(Command& command, const std::string& name,
                            std::vector<std::string>& values, const std::string& description) {
  return command.add_option(name, values, description)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

CLI::Option* add_flag_with_value(Command& command, const std::string& name, std::string& value,
                                 const std::string& without, const std::string& description) {
  return command.add_flag(name + "{" + without + "}", value, description);
}

void set_help(Command& command, HelpText help) {
  const auto is_usage = [](const ExitStatusHelp& line) { return line.code == ExitCode::usage; };
  auto& lines = help.exit_statuses;
  if (lines.empty() || lines.front().code != ExitCode::ok) lines.insert(lines.begin(), {{}});
  if (std::none_of(lines.begin(), lines.end(), is_usage)) {
    lines.insert(lines.begin() + 1, ExitStatusHelp{.code = ExitCode::usage});
  }
  command.help_text = std::move(help);
}

void warn(CommandContext& context, std::string_view message, std::string_view hint) {
  if (context.options.json) return;
  const auto& capabilities = context.err.capabilities();
  std::string text = styled(Role::warning, "warning:", capabilities) + " " + std::string(message);
  if (!hint.empty()) {
    text += "\n" + styled(Role::meta, "hint:", capabilities) + " " + std::string(hint);
  }
  context.err.write_line(text);
}

void note(CommandContext& context, std::string_view message) {
  if (context.options.json || context.options.quiet) return;
  context.err.write_line(message);
}

void suggest_next(CommandContext& context, std::string_view command) {
  const auto& capabilities = context.out.capabilities();
  if (!capabilities.terminal || context.options.json || context.options.quiet) return;
  context.out.write_line(styled(Role::meta, "next  " + std::string(command), capabilities));
}

void confirm(CommandContext& context, std::string_view question) {
  if (context.options.yes) return;
  if (context.options.no_input || context.options.json || ::isatty(STDIN_FILENO) != 1 ||
      !context.err.capabilities().terminal) {
    throw Error(ErrorKind::invalid_argument, "usage.not_confirmed",
                "this needs a confirmation: " + std::string(question),
                "add --yes to go on without being asked");
  }
  context.err.write(std::string(question) + " [y/N] ");
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "y" && answer != "Y" && answer != "yes") {
    throw Error(ErrorKind::invalid_argument, "usage.not_confirmed", "not confirmed; nothing done");
  }
}

}  // namespace mlops::app
