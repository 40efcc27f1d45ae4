// What `inspect` shows of a file.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "workflow/inspect.hpp"

namespace mlops::render {

[[nodiscard]] std::string inspect(const workflow::InspectReport& report,
                                  const Capabilities& capabilities);

}  // namespace mlops::render
