#include <algorithm>
#include <fstream>
#include <memory>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "commands/catalogue.hpp"
#include "completion.hpp"
#include "data/reader.hpp"
#include "option_values.hpp"
#include "registry/registry.hpp"

namespace mlops::app {
namespace {

struct CompletionOptions {
  std::string shell;
};

struct CompleteOptions {
  std::vector<std::string> words;
};

/// "churn@1", "churn@2", "churn@champion", ... for a prefix that names a model.
std::vector<std::string> references_of(const registry::Registry& registry,
                                       const std::string& name) {
  std::vector<std::string> references;
  for (const registry::Version version : registry.versions(name)) {
    references.push_back(name + "@" + std::to_string(version));
  }
  for (const char* alias : {"champion", "challenger", "previous", "latest"}) {
    references.push_back(name + "@" + alias);
  }
  return references;
}

std::vector<std::string> model_words(const std::filesystem::path& root, std::string_view prefix) {
  try {
    const SystemClock clock;
    const registry::Registry registry(root, clock);
    const auto at = prefix.find('@');
    if (at == std::string_view::npos) return registry.names();
    return references_of(registry, std::string(prefix.substr(0, at)));
  } catch (const Error&) {
    return {};  // a completion that fails completes nothing
  }
}

/// Column names from a file's first lines.
std::vector<std::string> column_words(const std::string& file) {
  constexpr std::size_t kEnough = 65536;  // bytes: a header and some rows to detect the dialect by
  std::string bytes(kEnough, '\0');
  std::ifstream input(file, std::ios::binary);
  input.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(input.gcount()));
  if (bytes.size() == kEnough) bytes.resize(bytes.rfind('\n') + 1);
  std::vector<std::string> names;
  try {
    for (const auto& column : data::read_table_from_bytes(bytes, file).table.columns) {
      names.push_back(column.name);
    }
  } catch (const Error&) {
    names.clear();
  }
  return names;
}

std::filesystem::path registry_of(const std::vector<std::string>& words,
                                  const CommandContext& context) {
  const auto option = std::find(words.begin(), words.end(), "--registry");
  if (option != words.end() && option + 1 != words.end()) return *(option + 1);
  return context.options.registry;
}

int run_complete(const CompleteOptions& options, const CLI::App& app, CommandContext& context) {
  const std::filesystem::path root = registry_of(options.words, context);
  const Completion completion =
      complete(app, options.words,
               {.models = [&root](std::string_view prefix) { return model_words(root, prefix); },
                .columns = column_words});
  std::string text;
  for (const Candidate& candidate : completion.candidates) {
    text += candidate.word;
    if (!candidate.remark.empty()) text += "\t" + candidate.remark;
    text += "\n";
  }
  if (completion.files) text += ":files\n";
  context.out.write(text);
  return to_status(ExitCode::ok);
}

void add_hidden_complete(CLI::App& app, Action& action) {
  auto options = std::make_shared<CompleteOptions>();
  Command* command = add_command(app, "__complete", "Candidates for the shells", kHiddenGroup);
  command->add_option("WORDS", options->words, "What stands after the program's name");
  set_help(*command, {});
  command->callback([options, &app, &action] {
    action = [options, &app](CommandContext& context) {
      return run_complete(*options, app, context);
    };
  });
}

}  // namespace

void add_completion(CLI::App& app, Action& action) {
  auto options = std::make_shared<CompletionOptions>();
  Command* command =
      add_command(app, "completion", "Print a completion script for a shell", kToolGroup);
  command->add_option("SHELL", options->shell, "bash, zsh or fish")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}));
  set_help(*command,
           {.details = "Completes commands, options, their values, model names and versions, and "
                       "the columns of a data file that the line names already.",
            .examples = {{"source <(mlops completion bash)", "in ~/.bashrc"},
                         {"mlops completion fish | source", "in config.fish"}}});
  command->callback([options, &action] {
    action = [options](CommandContext& context) {
      context.out.write(completion_script(options->shell).value_or(""));
      return to_status(ExitCode::ok);
    };
  });
  add_hidden_complete(app, action);
}

}  // namespace mlops::app
