// What `compare` shows of two versions.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "workflow/compare.hpp"

namespace mlops::render {

[[nodiscard]] std::string compare(const workflow::CompareReport& report,
                                  const Capabilities& capabilities);

}  // namespace mlops::render
