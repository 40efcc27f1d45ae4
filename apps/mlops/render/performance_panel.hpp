// How well a model does, as words, numbers and a chart, each line at most `width` cells. What is
// not known is said, with the command that would change it.
#pragma once

#include <cstddef>
#include <string>

#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "render/monitor_view.hpp"

namespace mlops::render {

/// "last 24 h": how far the series of the report reach back; empty without series.
[[nodiscard]] std::string range_text(const observe::ModelHealth& health, Timestamp now);

/// "✗ beyond the limit", "? no labels yet": what the performance status means.
[[nodiscard]] std::string performance_verdict(const observe::ModelHealth& health,
                                              const Capabilities& capabilities);

/// "≥ 0.900": the limit with its direction.
[[nodiscard]] std::string limit_text(const observe::PerformanceHealth& performance,
                                     const Capabilities& capabilities);

/// "accuracy 0.884 (95 % 0.867–0.900, n 1,482), limit ≥ 0.900", or why there is no number.
[[nodiscard]] std::string performance_sentence(const observe::ModelHealth& health,
                                               const Capabilities& capabilities);

/// The realized performance over time with the limit; height + 1 lines. Without labels, what to do
/// about that.
[[nodiscard]] Lines performance_chart(const MonitorView& view, std::size_t width,
                                      std::size_t height, const Capabilities& capabilities);

/// Names and values below one another: value, interval, limit, reference, labels, estimate.
[[nodiscard]] Lines performance_numbers(const observe::ModelHealth& health, std::size_t width,
                                        const Capabilities& capabilities);

}  // namespace mlops::render
