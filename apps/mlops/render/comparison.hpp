// Versions side by side: what `monitor --compare` shows.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "workflow/monitor.hpp"

namespace mlops::render {

/// A line for each figure, a column for each version in the order of the report.
[[nodiscard]] std::string comparison(const workflow::MonitorReport& report,
                                     const Capabilities& capabilities);

/// The same as lines, for a live screen.
[[nodiscard]] Lines comparison_lines(const workflow::MonitorReport& report,
                                     const Capabilities& capabilities);

}  // namespace mlops::render
