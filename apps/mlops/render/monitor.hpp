// What `monitor` shows: one model's screen, or the fleet when there are several.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "workflow/monitor.hpp"

namespace mlops::render {

/// One model: its screen; several: the fleet table, the worst first; none: how to begin.
[[nodiscard]] std::string monitor(const workflow::MonitorReport& report,
                                  const Capabilities& capabilities);

/// The same as lines, for a live screen.
[[nodiscard]] Lines monitor_lines(const workflow::MonitorReport& report,
                                  const Capabilities& capabilities);

/// What `--check` prints when something fires: one paragraph an alert with cause, evidence, since
/// when, and the next command; no escapes, fit for a mail from cron.
[[nodiscard]] std::string firing_alerts(const workflow::MonitorReport& report,
                                        const Capabilities& capabilities);

}  // namespace mlops::render
