#include "commands/catalogue.hpp"

#include "commands/verify.hpp"

namespace mlops::app {

void add_commands(CLI::App& app, Action& action) {
  add_inspect(app, action);
  add_train(app, action);
  add_deploy(app, action);
  add_rollback(app, action);
  add_serve(app, action);
  add_predict(app, action);
  add_feedback(app, action);
  add_monitor(app, action);
  add_alerts(app, action);
  add_retrain(app, action);
  add_replay(app, action);
  add_backtest(app, action);
  add_list(app, action);
  add_show(app, action);
  add_compare(app, action);
  add_history(app, action);
  add_verify(app, action);
  add_fsck(app, action);
  add_gc(app, action);
  add_export(app, action);
  add_import(app, action);
  add_rm(app, action);
  add_doctor(app, action);
  add_config(app, action);
  add_completion(app, action);
  add_help(app, action);
}

}  // namespace mlops::app
