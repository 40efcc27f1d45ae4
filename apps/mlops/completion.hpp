// What could stand at the end of a command line: from the option tree, the registry's names and a
// file's columns. The shells' scripts only pass words in and candidates out.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::app {

/// One word that fits, with a remark for shells that show it.
struct Candidate {
  std::string word;
  std::string remark;
};

struct Completion {
  std::vector<Candidate> candidates;
  bool files = false;  ///< file names fit, too: the shell knows those
};

/// Where values come from that the option tree does not know. Each may return nothing; none throws.
struct ValueSources {
  /// Model names; with "name@" before the cursor that model's versions and aliases.
  std::function<std::vector<std::string>(std::string_view prefix)> models;
  /// Columns of a data file.
  std::function<std::vector<std::string>(const std::string& file)> columns;
};

/// Completes the last of `words` (what was typed after the program's name; the last one may be
/// empty). Candidates begin with that word.
[[nodiscard]] Completion complete(const CLI::App& app, const std::vector<std::string>& words,
                                  const ValueSources& sources);

/// The script for "bash", "zsh" or "fish"; nothing for another shell.
[[nodiscard]] std::optional<std::string_view> completion_script(std::string_view shell) noexcept;

}  // namespace mlops::app
