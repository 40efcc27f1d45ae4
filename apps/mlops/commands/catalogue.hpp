// Every command, in the order in which `mlops --help` lists them.
#pragma once

#include "command.hpp"

namespace mlops::app {

/// Adds all commands. Parsing then stores the chosen one's work in `action`.
void add_commands(CLI::App& app, Action& action);

// One declaration per file of commands/.
void add_config(CLI::App& app, Action& action);
void add_help(CLI::App& app, Action& action);

}  // namespace mlops::app
