// Charts of the HTML report as inline SVG, coloured by the page's style sheet.
#pragma once

#include <string>
#include <vector>

#include "observe/health.hpp"

namespace mlops::render {

/// Realized performance over time: its interval as a band, the value as a line, the limit dashed.
/// Empty where no point has a value.
[[nodiscard]] std::string svg_performance(const observe::PerformanceHealth& performance);

/// Predictions a bucket as bars. Empty without points.
[[nodiscard]] std::string svg_volume(const std::vector<observe::SeriesPoint>& volume);

}  // namespace mlops::render
