// What happens around a model: predictions over time, alerts, events; each line at most `width`
// cells.
#pragma once

#include <cstddef>

#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "render/monitor_view.hpp"

namespace mlops::render {

/// What happened, without its type in front.
[[nodiscard]] std::string event_text(const registry::Event& event);

/// What to do where nothing was asked of a model.
[[nodiscard]] std::string ask_for_predictions(const observe::ModelHealth& health);

/// A sparkline of the volume and the numbers below it; how long nothing has come, where that is
/// remarkable; what to do where nothing ever came.
[[nodiscard]] Lines volume_lines(const MonitorView& view, std::size_t width,
                                 const Capabilities& capabilities);

/// Open alerts with cause, since when and the next command; how many were resolved. Empty when
/// there are none at all.
[[nodiscard]] Lines alert_lines(const MonitorView& view, std::size_t width,
                                const Capabilities& capabilities);

/// The newest events, `n_shown` at most, one line each.
[[nodiscard]] Lines event_lines(const MonitorView& view, std::size_t n_shown, std::size_t width,
                                const Capabilities& capabilities);

}  // namespace mlops::render
