#include "parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "command.hpp"
#include "help_text.hpp"
#include "option_values.hpp"
#include "version.hpp"

namespace mlops::app {
namespace {

[[noreturn]] void throw_usage(const std::string& code, const std::string& message,
                              const std::string& hint) {
  throw Error(ErrorKind::invalid_argument, "usage." + code, message, hint);
}

const CLI::App& chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

std::string help_hint(const CLI::App& command) {
  if (command.get_parent() == nullptr) return "'mlops --help' lists all commands";
  return fmt::format("'mlops {} --help' lists its options", command.get_name());
}

/// The suggestion when there is one, otherwise where to read on.
std::string hint_for(const std::string& word, const std::vector<std::string>& candidates,
                     const CLI::App& command) {
  const std::string suggestion = did_you_mean(word, candidates);
  return suggestion.empty() ? help_hint(command) : suggestion;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : listed_commands(app)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names = {"--help"};
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : listed_options(*app)) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word.front() == '-';
}

/// Throws for the first word that nothing took: an unknown option before an unknown argument.
void reject_extras(const CLI::App& app) {
  std::vector<std::string> extras = app.remaining(true);
  extras.erase(std::remove(extras.begin(), extras.end(), "--"), extras.end());
  if (extras.empty()) return;
  const CLI::App& command = chosen_command(app);
  const auto option = std::find_if(extras.begin(), extras.end(), looks_like_option);
  if (option != extras.end()) {
    const std::string name = option->substr(0, option->find('='));
    throw_usage("unknown_option", fmt::format("unknown option '{}'", name),
                hint_for(name, option_names(command), command));
  }
  if (&command == &app) {
    throw_usage("unknown_command", fmt::format("unknown command '{}'", extras.front()),
                hint_for(extras.front(), command_names(app), app));
  }
  throw_usage("unexpected_argument",
              fmt::format("unexpected argument '{}' for '{}'", extras.front(), command.get_name()),
              help_hint(command));
}

std::string code_of(const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return "missing_argument";
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) return "conflicting_options";
  if (dynamic_cast<const CLI::RequiresError*>(&error) != nullptr) return "missing_argument";
  return "bad_value";
}

/// "--target: 1 required COL missing" says it backwards.
std::string missing_value_text(const CLI::ArgumentMismatch& error, const CLI::App& command) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find(':'));
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    const CLI::Option* option = app->get_option_no_throw(name);
    if (option == nullptr || option->count() > 0) continue;
    return fmt::format("{} needs a value ({})", name, option->get_type_name());
  }
  return text;
}

[[noreturn]] void rethrow_as_usage(const CLI::ParseError& error, const CLI::App& app) {
  const CLI::App& command = chosen_command(app);
  const auto* mismatch = dynamic_cast<const CLI::ArgumentMismatch*>(&error);
  const std::string text =
      mismatch == nullptr ? error.what() : missing_value_text(*mismatch, command);
  const auto line_break = text.find('\n');
  std::string hint =
      line_break == std::string::npos ? help_hint(command) : text.substr(line_break + 1);
  throw_usage(code_of(error), text.substr(0, line_break), hint);
}

void add_display_options(CLI::App& app, GlobalOptions& options) {
  app.add_flag("--json", options.json, "One JSON document on stdout; errors as JSON on stderr");
  app.add_flag("-q,--quiet", options.quiet, "No progress, no remarks");
  app.add_flag("-v,--verbose", options.verbose, "More about what happens, on stderr");
  app.add_option_function<std::string>(
         "--color",
         [&options](const std::string& text) {
           options.color = parse_color_choice(text).value_or(ColorChoice::automatic);
         },
         "Colour; NO_COLOR and FORCE_COLOR count too")
      ->type_name("WHEN")
      ->check(one_of({"auto", "always", "never"}))
      ->run_callback_for_default()
      ->default_str("auto");
  app.add_flag("--ascii", options.ascii, "Only ASCII characters");
}

}  // namespace

std::unique_ptr<CLI::App> make_program(GlobalOptions& options) {
  auto app = std::make_unique<CLI::App>(
      "From a table to a monitored, self-retraining prediction service", "mlops");
  app->formatter(std::make_shared<HelpFormatter>());
  app->require_subcommand(0, 1);
  app->allow_extras();
  app->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app->set_help_flag("-h,--help", "Show this help");
  app->add_option("--registry", options.registry, "Directory that holds all state")
      ->type_name("DIR")
      ->default_str("registry");
  app->add_option("--config", options.config_file, "Configuration file (YAML)")->type_name("FILE");
  add_display_options(*app, options);
  app->add_flag("--no-input", options.no_input, "Never ask; fail instead");
  app->add_flag("-y,--yes", options.yes, "Answer questions with yes");
  app->set_version_flag("--version", std::string("mlops ") + kVersion, "Show the version");
  return app;
}

ParseOutcome parse(CLI::App& app, const std::vector<std::string>& arguments) {
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants it
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return {ParseOutcome::Kind::print, app.help()};
  } catch (const CLI::CallForVersion& version) {
    return {ParseOutcome::Kind::print, std::string(version.what()) + "\n"};
  } catch (const CLI::ParseError& error) {
    reject_extras(app);
    rethrow_as_usage(error, app);
  }
  reject_extras(app);
  if (app.get_subcommands().empty()) {
    throw_usage("no_command", "no command given", help_hint(app));
  }
  return {};
}

bool mentions(const std::vector<std::string>& arguments, std::string_view flag) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  return std::find(arguments.begin(), end, flag) != end;
}

}  // namespace mlops::app
