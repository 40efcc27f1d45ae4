// One model's screen. The same function prints it once, draws a frame of --watch and is compared
// with golden frames.
#pragma once

#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "render/monitor_view.hpp"

namespace mlops::render {

/// From 100 columns two panes, from 60 one, below that lines of words; no line is wider than the
/// terminal. Elsewhere (a pipe) names and values and tables, tab-separated.
[[nodiscard]] Lines monitor_screen(const MonitorView& view, const Capabilities& capabilities);

}  // namespace mlops::render
