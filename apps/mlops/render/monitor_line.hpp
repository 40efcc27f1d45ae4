// One model's health on one line, for logs and pipes.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "observe/health.hpp"
#include "render/capabilities.hpp"

namespace mlops::render {

/// Time, model, status, performance, predictions, predictions a minute, drift, open alerts;
/// separated by tabs, without a newline.
[[nodiscard]] std::string monitor_line(const observe::ModelHealth& health, Timestamp now,
                                       const Capabilities& capabilities);

}  // namespace mlops::render
