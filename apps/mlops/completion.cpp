#include "completion.hpp"

#include <algorithm>

#include "help_text.hpp"

namespace mlops::app {
namespace {

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

std::vector<const CLI::Option*> visible_options(const CLI::App& command) {
  std::vector<const CLI::Option*> options = listed_options(command);
  if (command.get_parent() != nullptr) {
    const auto global = listed_options(*command.get_parent());
    options.insert(options.end(), global.begin(), global.end());
  }
  if (command.get_help_ptr() != nullptr) options.push_back(command.get_help_ptr());
  return options;
}

bool takes_value(const CLI::Option& option) {
  return option.get_type_size() != 0 && option.get_expected_min() > 0;
}

/// The option that `name` ("--target", "-o") stands for.
const CLI::Option* find_option(const CLI::App& command, std::string_view name) {
  for (const CLI::Option* option : visible_options(command)) {
    if (option->check_name(std::string(name))) return option;
  }
  return nullptr;
}

/// The words before the cursor, sorted into what they are.
struct Line {
  const CLI::App* command = nullptr;  ///< the root while no command was named
  std::vector<std::string> arguments;
  const CLI::Option* awaiting = nullptr;  ///< the option whose value comes next
};

Line read_line(const CLI::App& app, const std::vector<std::string>& words) {
  Line line{.command = &app};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (line.awaiting != nullptr) {
      line.awaiting = nullptr;
    } else if (is_option(word)) {
      const CLI::Option* option = find_option(*line.command, word);
      if (option != nullptr && takes_value(*option)) line.awaiting = option;
    } else if (line.command == &app) {
      const auto commands = app.get_subcommands(
          [&word](const CLI::App* candidate) { return candidate->check_name(word); });
      if (!commands.empty()) line.command = commands.front();
    } else {
      line.arguments.push_back(word);
    }
  }
  return line;
}

/// "a|b|c", as option_values.hpp's one_of describes itself, taken apart.
std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto colon = type.find(':');
  std::string_view text(type);
  if (colon != std::string::npos) text.remove_prefix(colon + 1);
  std::vector<std::string> choices;
  if (text.find('|') == std::string_view::npos) return choices;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('|'), text.size());
    choices.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return choices;
}

/// Completes one value of an option or positional, by its choices or by its placeholder.
class ValueCompleter {
 public:
  ValueCompleter(const CLI::App& app, const Line& line, const ValueSources& sources)
      : app_(app), line_(line), sources_(sources) {}

  [[nodiscard]] Completion complete(const CLI::Option& option, std::string_view prefix) const {
    std::vector<std::string> words = choices_of(option);
    const std::string placeholder = placeholder_of(option);
    if (words.empty() && placeholder == "MODEL") words = sources_.models(prefix);
    if (words.empty() && placeholder == "COMMAND") words = command_names();
    if (words.empty() && placeholder == "COL") words = columns();
    Completion completion{.files = placeholder == "FILE" || placeholder == "DIR" ||
                                   placeholder == "DATA"};
    for (std::string& word : words) {
      if (word.starts_with(prefix)) completion.candidates.push_back({std::move(word), ""});
    }
    return completion;
  }

 private:
  static std::string placeholder_of(const CLI::Option& option) {
    if (option.get_positional()) return option.get_name(true, false);
    const std::string type = option.get_type_name();
    return type.substr(0, type.find(':'));
  }

  [[nodiscard]] std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CLI::App* command : listed_commands(app_)) names.push_back(command->get_name());
    return names;
  }

  /// Of the first argument that has any.
  [[nodiscard]] std::vector<std::string> columns() const {
    for (const std::string& argument : line_.arguments) {
      std::vector<std::string> names = sources_.columns(argument);
      if (!names.empty()) return names;
    }
    return {};
  }

  const CLI::App& app_;
  const Line& line_;
  const ValueSources& sources_;
};

Completion complete_option_name(const CLI::App& command, std::string_view prefix) {
  Completion completion;
  for (const CLI::Option* option : visible_options(command)) {
    for (const std::string& name : option->get_lnames()) {
      const std::string word = "--" + name;
      if (word.starts_with(prefix)) {
        completion.candidates.push_back({word, option->get_description()});
      }
    }
  }
  return completion;
}

Completion complete_command_name(const CLI::App& app, std::string_view prefix) {
  Completion completion;
  for (const CLI::App* command : listed_commands(app)) {
    if (!command->get_name().starts_with(prefix)) continue;
    completion.candidates.push_back({command->get_name(), command->get_description()});
  }
  return completion;
}

/// The positional that the next argument is for; the last one takes all that follow.
const CLI::Option* next_positional(const Line& line) {
  const auto positionals =
      line.command->get_options([](const CLI::Option* option) { return option->get_positional(); });
  if (positionals.empty()) return nullptr;
  const std::size_t index = line.arguments.size();
  if (index < positionals.size()) return positionals[index];
  const CLI::Option* last = positionals.back();
  return last->get_expected_max() > 1 ? last : nullptr;
}

}  // namespace

Completion complete(const CLI::App& app, const std::vector<std::string>& words,
                    const ValueSources& sources) {
  const std::string word = words.empty() ? std::string() : words.back();
  const Line line = read_line(app, words);
  const ValueCompleter values(app, line, sources);
  if (line.awaiting != nullptr) return values.complete(*line.awaiting, word);
  const auto equals = word.find('=');
  if (is_option(word) && equals != std::string::npos) {
    const CLI::Option* option = find_option(*line.command, word.substr(0, equals));
    if (option == nullptr) return {};
    Completion completion = values.complete(*option, std::string_view(word).substr(equals + 1));
    for (Candidate& candidate : completion.candidates) {
      candidate.word.insert(0, word.substr(0, equals + 1));
    }
    return completion;
  }
  if (!word.empty() && word.front() == '-') return complete_option_name(*line.command, word);
  if (line.command == &app) return complete_command_name(app, word);
  const CLI::Option* positional = next_positional(line);
  return positional == nullptr ? Completion{} : values.complete(*positional, word);
}

}  // namespace mlops::app
