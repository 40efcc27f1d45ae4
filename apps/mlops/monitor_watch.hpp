// `monitor --watch`: the same screens again and again, with keys; a line a model where no person
// is looking.
#pragma once

#include "command.hpp"
#include "workflow/monitor.hpp"

namespace mlops::app {

/// Repeats every `seconds` until q or a signal. On a terminal: full screen, with keys that ? lists.
/// With --json one document a line; elsewhere one tab-separated line a model. Returns 0, or 128 +
/// the signal.
int watch_monitor(const workflow::MonitorConfig& config, double seconds, CommandContext& context);

}  // namespace mlops::app
