// What `show` shows of one version.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "workflow/inventory.hpp"

namespace mlops::render {

[[nodiscard]] std::string show(const workflow::VersionDetails& details,
                               const Capabilities& capabilities);

}  // namespace mlops::render
