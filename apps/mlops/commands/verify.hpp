// `mlops verify`.
#pragma once

#include "command.hpp"

namespace mlops::app {

void add_verify(CLI::App& app, Action& action);

}  // namespace mlops::app
