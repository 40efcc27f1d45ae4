// What `list` shows.
#pragma once

#include <string>
#include <vector>

#include "render/capabilities.hpp"
#include "workflow/inventory.hpp"

namespace mlops::render {

[[nodiscard]] std::string list_table(const std::vector<workflow::ModelSummary>& models,
                                     const Capabilities& capabilities);

}  // namespace mlops::render
