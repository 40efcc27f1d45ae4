// Every command, in the order in which `mlops --help` lists them.
#pragma once

#include "command.hpp"

namespace mlops::app {

/// Adds all commands. Parsing then stores the chosen one's work in `action`.
void add_commands(CLI::App& app, Action& action);

// One declaration per file of commands/.
void add_compare(CLI::App& app, Action& action);
void add_backtest(CLI::App& app, Action& action);
void add_alerts(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
void add_config(CLI::App& app, Action& action);
void add_deploy(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);
void add_export(CLI::App& app, Action& action);
void add_feedback(CLI::App& app, Action& action);
void add_fsck(CLI::App& app, Action& action);
void add_gc(CLI::App& app, Action& action);
void add_help(CLI::App& app, Action& action);
void add_history(CLI::App& app, Action& action);
void add_import(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_monitor(CLI::App& app, Action& action);
void add_predict(CLI::App& app, Action& action);
void add_replay(CLI::App& app, Action& action);
void add_retrain(CLI::App& app, Action& action);
void add_rollback(CLI::App& app, Action& action);
void add_rm(CLI::App& app, Action& action);
void add_serve(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_train(CLI::App& app, Action& action);

}  // namespace mlops::app
