#include "commands/catalogue.hpp"

namespace mlops::app {

void add_commands(CLI::App& app, Action& action) {
  add_config(app, action);
  add_help(app, action);
}

}  // namespace mlops::app
