// The monitor's report as one HTML page that needs nothing else: no script, no font, no image from
// anywhere; readable on a phone, on paper, in the dark, and by a screen reader.
#pragma once

#include <string>

#include "workflow/monitor.hpp"

namespace mlops::render {

/// A complete document. Times are in UTC. Everything that came from data is escaped.
[[nodiscard]] std::string html_report(const workflow::MonitorReport& report);

}  // namespace mlops::render
