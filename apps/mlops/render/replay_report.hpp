// What `replay` shows: how many answers would change, into what, and whether for the better.
#pragma once

#include <string>

#include "render/capabilities.hpp"
#include "workflow/replay.hpp"

namespace mlops::render {

[[nodiscard]] std::string replay_report(const workflow::ReplayReport& report,
                                        const Capabilities& capabilities);

}  // namespace mlops::render
