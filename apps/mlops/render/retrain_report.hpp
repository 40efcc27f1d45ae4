// What `retrain` shows: triggers, data, gate, outcome.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "workflow/retrain.hpp"

namespace mlops::render {

[[nodiscard]] std::string retrain_report(const workflow::RetrainReport& report,
                                         const Capabilities& capabilities);

}  // namespace mlops::render
