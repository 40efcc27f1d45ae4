// The command line: the root with its global options, and parsing with suggestions for everything
// mistyped.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "settings.hpp"

namespace mlops::app {

/// The program without commands; its global options write into `options`, which must outlive it.
[[nodiscard]] std::unique_ptr<CLI::App> make_program(GlobalOptions& options);

/// What came out of parsing.
struct ParseOutcome {
  enum class Kind { run, print } kind = Kind::run;
  std::string text;  ///< print: help or version, for stdout
};

/// Parses the arguments after the program's name. Throws invalid_argument: "usage.no_command",
/// "usage.unknown_command", "usage.unknown_option", "usage.unexpected_argument",
/// "usage.missing_argument", "usage.bad_value".
[[nodiscard]] ParseOutcome parse(CLI::App& app, const std::vector<std::string>& arguments);

/// Whether `flag` ("--json") is among the arguments before a "--": for errors while parsing.
[[nodiscard]] bool mentions(const std::vector<std::string>& arguments, std::string_view flag);

}  // namespace mlops::app
