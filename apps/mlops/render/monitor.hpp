// What `monitor` shows: one model's screen, or the fleet when there are several.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "render/monitor_screen.hpp"
#include "workflow/monitor.hpp"

namespace mlops::render {

/// One model: its screen; several: the fleet table, the worst first; none: how to begin.
[[nodiscard]] std::string monitor(const workflow::MonitorReport& report, Detail detail,
                                  const Capabilities& capabilities);

/// The same as lines, for a live screen; `selected` of several has a mark.
[[nodiscard]] Lines monitor_lines(const workflow::MonitorReport& report, Detail detail,
                                  std::optional<std::size_t> selected,
                                  const Capabilities& capabilities);

/// What `--check` prints when something fires: one paragraph an alert with cause, evidence, since
/// when, its number, and the next command; no escapes, times in UTC, fit for a mail from cron.
[[nodiscard]] std::string firing_alerts(const workflow::MonitorReport& report);

}  // namespace mlops::render
