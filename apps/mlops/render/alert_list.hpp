// What `mlops alerts` prints.
#pragma once

#include <string>
#include <vector>

#include "render/capabilities.hpp"
#include "workflow/alerts.hpp"

namespace mlops::render {

/// A table: number, model, state, what, since, message, next command. People without alerts read
/// one line that says so; programs get the titles alone.
[[nodiscard]] std::string alert_list(const std::vector<workflow::ModelAlert>& alerts,
                                     const Capabilities& capabilities);

}  // namespace mlops::render
