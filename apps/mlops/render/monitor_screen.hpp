// One model's screen. The same function prints it once, draws a frame of --watch and is compared
// with golden frames.
#pragma once

#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "render/monitor_view.hpp"

namespace mlops::render {

/// Whether long lists (features, events) are cut to what fits a screen.
enum class Detail { normal, all };

/// From 100 columns two panes, from 60 one, below that lines of words; no line is wider than the
/// terminal. Elsewhere (a pipe) names and values and tables, tab-separated and whole.
[[nodiscard]] Lines monitor_screen(const MonitorView& view, Detail detail,
                                   const Capabilities& capabilities);

}  // namespace mlops::render
