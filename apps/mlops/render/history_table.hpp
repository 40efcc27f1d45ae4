// What `history` shows.
#pragma once

#include <string>
#include <vector>

#include "registry/registry.hpp"
#include "render/capabilities.hpp"

namespace mlops::render {

/// Oldest first.
[[nodiscard]] std::string history_table(const std::vector<registry::Event>& events,
                                        const Capabilities& capabilities);

}  // namespace mlops::render
