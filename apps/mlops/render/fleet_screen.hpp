// Several models at a glance, the worst first.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "observe/health.hpp"
#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

/// A count by status, then one row a model: health, metric, limit, trend, volume, drift, and what
/// to do next. Requires at least one model.
[[nodiscard]] Lines fleet_screen(const std::vector<observe::ModelHealth>& models, Timestamp now,
                                 const Capabilities& capabilities);

}  // namespace mlops::render
