#include "help_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "command.hpp"

namespace mlops::app {
namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kTermWidth = 28;

/// `text` broken at spaces into lines of at most `width` characters.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    std::string& line = lines.back();
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      lines.emplace_back(word);
    } else {
      if (!line.empty()) line += ' ';
      line += word;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// A term with its explanation in the column beside it, or below when the term is long.
std::string entry(const std::string& term, const std::string& explanation) {
  std::string text = std::string(kIndent, ' ') + term;
  const std::size_t column = kIndent + kTermWidth;
  bool first = true;
  for (const std::string& line : wrapped(explanation, kWidth - column)) {
    if (first && text.size() + 1 < column) {
      text.resize(column, ' ');
      text += line;
    } else {
      text += "\n" + std::string(column, ' ') + line;
    }
    first = false;
  }
  return text + "\n";
}

std::string paragraphs(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    for (const std::string& line : wrapped(text.substr(0, end), kWidth)) result += line + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string option_explanation(const CLI::Option& option) {
  std::string text = option.get_description();
  if (option.get_required()) text += " (required)";
  const std::string value = option.get_default_str();
  if (!value.empty() && value != "false") text += fmt::format(" (default: {})", value);
  return text;
}

std::string positional_signature(const CLI::Option& option) {
  std::string text = option.get_name(true, false);
  if (option.get_expected_max() > 1) text += "...";
  return option.get_required() ? text : "[" + text + "]";
}

std::vector<const CLI::Option*> positionals(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) {
    return option->get_positional() && !option->get_group().empty();
  });
}

std::string usage_line(const CLI::App& app) {
  if (app.get_parent() == nullptr) return "mlops [global options] COMMAND [options]";
  std::string line = "mlops " + app.get_name();
  if (!listed_options(app).empty()) line += " [options]";
  for (const CLI::Option* option : positionals(app)) line += " " + positional_signature(*option);
  return line;
}

std::string options_section(const std::string& heading,
                            const std::vector<const CLI::Option*>& options) {
  if (options.empty()) return {};
  std::string text = "\n" + heading + ":\n";
  for (const CLI::Option* option : options) {
    text += entry(option_signature(*option), option_explanation(*option));
  }
  return text;
}

std::string arguments_section(const CLI::App& app) {
  const auto arguments = positionals(app);
  if (arguments.empty()) return {};
  std::string text = "\nArguments:\n";
  for (const CLI::Option* option : arguments) {
    text += entry(option->get_name(true, false), option_explanation(*option));
  }
  return text;
}

/// The groups of commands or options, as they come first.
template <typename Item>
std::vector<std::string> groups_in_order(const std::vector<const Item*>& items) {
  std::vector<std::string> groups;
  for (const Item* item : items) {
    const std::string& group = item->get_group();
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  return groups;
}

template <typename Item>
std::vector<const Item*> of_group(std::vector<const Item*> items, const std::string& group) {
  std::erase_if(items, [&group](const Item* item) { return item->get_group() != group; });
  return items;
}

/// One section for each group of options.
std::string own_options_sections(const CLI::App& app) {
  std::string text;
  const auto options = listed_options(app);
  for (const std::string& group : groups_in_order(options)) {
    text += options_section(group, of_group(options, group));
  }
  return text;
}

std::string commands_section(const CLI::App& app) {
  std::string text;
  const auto commands = listed_commands(app);
  for (const std::string& group : groups_in_order(commands)) {
    text += "\n" + group + ":\n";
    for (const CLI::App* command : of_group(commands, group)) {
      text += fmt::format("  {:<12}{}\n", command->get_name(), command->get_description());
    }
  }
  return text;
}

std::string examples_section(const HelpText& help) {
  if (help.examples.empty()) return {};
  std::string text = "\nExamples:\n";
  for (const Example& example : help.examples) {
    text += "  " + example.command + "\n";
    if (!example.meaning.empty()) text += "      " + example.meaning + "\n";
  }
  return text;
}

std::string meaning_of(const ExitStatusHelp& line) {
  return line.meaning.empty() ? std::string(describe(line.code)) : line.meaning;
}

std::string exit_status_section(const HelpText& help) {
  std::string text = "\nExit status:\n";
  for (const ExitStatusHelp& line : help.exit_statuses) {
    text += fmt::format("  {:<4}{}\n", to_status(line.code), meaning_of(line));
  }
  return text;
}

std::string program_footer() {
  return "\nExamples:\n"
         "  mlops train customers.csv --target Churn    train, register churn@1, deploy it\n"
         "  mlops serve                                 REST, live dashboard and API docs on "
         ":8080\n"
         "  mlops monitor                               accuracy, volume, drift, alerts\n"
         "  mlops retrain --all --if-needed             from cron: decide, train, gate, deploy\n"
         "\n'mlops help COMMAND' explains a command, its examples and exit statuses.\n";
}

std::string command_footer(const Command& command) {
  return examples_section(command.help_text) + exit_status_section(command.help_text);
}

std::string markdown_cell(std::string text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string markdown_options(const std::vector<const CLI::Option*>& options,
                             const std::string& heading, bool positional) {
  if (options.empty()) return {};
  std::string text = fmt::format("| {} | |\n|---|---|\n", heading);
  for (const CLI::Option* option : options) {
    const std::string term = positional ? positional_signature(*option) : option_signature(*option);
    text += fmt::format("| `{}` | {} |\n", markdown_cell(term),
                        markdown_cell(option_explanation(*option)));
  }
  return text + "\n";
}

std::string markdown_examples(const HelpText& help) {
  if (help.examples.empty()) return {};
  std::string text = "```sh\n";
  for (const Example& example : help.examples) {
    if (!example.meaning.empty()) text += "# " + example.meaning + "\n";
    text += example.command + "\n";
  }
  return text + "```\n\n";
}

std::string markdown_exit_statuses(const HelpText& help) {
  std::string text = "| exit status | |\n|---|---|\n";
  for (const ExitStatusHelp& line : help.exit_statuses) {
    text += fmt::format("| {} | {} |\n", to_status(line.code), markdown_cell(meaning_of(line)));
  }
  return text + "\n";
}

std::string markdown_command(const Command& command) {
  std::string text =
      fmt::format("### mlops {}\n\n{}.\n\n", command.get_name(), command.get_description());
  if (!command.help_text.details.empty()) text += command.help_text.details + "\n\n";
  text += fmt::format("```\n{}\n```\n\n", usage_line(command));
  text += markdown_options(positionals(command), "argument", true);
  const auto options = listed_options(command);
  for (const std::string& group : groups_in_order(options)) {
    const std::string heading = group == "Options" ? "option" : "option (" + group + ")";
    text += markdown_options(of_group(options, group), heading, false);
  }
  return text + markdown_examples(command.help_text) + markdown_exit_statuses(command.help_text);
}

/// CLI11 writes "TYPE:description of the check"; the check says more when it has something to say.
std::string placeholder(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto colon = type.find(':');
  return colon == std::string::npos ? type : type.substr(colon + 1);
}

}  // namespace

std::vector<const CLI::App*> listed_commands(const CLI::App& app) {
  return app.get_subcommands(
      [](const CLI::App* command) { return command->get_group() != kHiddenGroup; });
}

std::vector<const CLI::Option*> listed_options(const CLI::App& app) {
  return app.get_options([&app](const CLI::Option* option) {
    return option->nonpositional() && !option->get_group().empty() && option != app.get_help_ptr();
  });
}

std::string option_signature(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += "-" + name + ", ";
  for (const std::string& name : option.get_lnames()) text += "--" + name + ", ";
  text.resize(text.size() - 2);
  const bool takes_value = option.get_type_size() != 0 && option.get_expected_min() > 0;
  if (takes_value) text += " " + placeholder(option);
  if (!takes_value && !option.get_type_name().empty()) text += "[=" + placeholder(option) + "]";
  return text;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string /*name*/,
                                     CLI::AppFormatMode /*mode*/) const {
  std::string text = app->get_description() + "\n";
  const auto* command = dynamic_cast<const Command*>(app);
  if (command != nullptr && !command->help_text.details.empty()) {
    text += "\n" + paragraphs(command->help_text.details);
  }
  text += "\nUsage: " + usage_line(*app) + "\n" + arguments_section(*app);
  if (command == nullptr) {
    text += commands_section(*app) + options_section("Global options", listed_options(*app));
    return text + program_footer();
  }
  text += own_options_sections(*app);
  text += options_section("Global options", listed_options(*app->get_parent()));
  return text + command_footer(*command);
}

std::string concise_help() {
  return "mlops: from a table to a monitored, self-retraining prediction service\n"
         "\n"
         "  mlops train customers.csv --target Churn    train, register churn@1, deploy it\n"
         "  mlops serve                                 REST, live dashboard and API docs on "
         ":8080\n"
         "  mlops monitor                               accuracy, volume, drift, alerts\n"
         "  mlops retrain --all --if-needed             from cron: decide, train, gate, deploy\n"
         "\n"
         "'mlops --help' lists every command; 'mlops help COMMAND' explains one.\n";
}

std::string markdown_reference(const CLI::App& app) {
  std::string text =
      "# Command line\n\n"
      "This page is generated: `mlops help --markdown > docs/cli.md`. A test compares it with the\n"
      "binary.\n\n```\n" +
      usage_line(app) + "\n```\n\n" + markdown_options(listed_options(app), "global option", false);
  const auto commands = listed_commands(app);
  for (const std::string& group : groups_in_order(commands)) {
    text += "## " + group + "\n\n";
    for (const CLI::App* listed : of_group(commands, group)) {
      const auto* command = dynamic_cast<const Command*>(listed);
      if (command != nullptr) text += markdown_command(*command);
    }
  }
  text.resize(text.size() - 1);
  return text;
}

}  // namespace mlops::app
