// From a command's context to what the use cases need.
#pragma once

#include <string_view>

#include "command.hpp"
#include "workflow/environment.hpp"

namespace mlops::app {

/// The environment of one use case, acting in the user's name. Borrows the context.
[[nodiscard]] workflow::Environment environment_of(const CommandContext& context,
                                                   std::string_view command);

}  // namespace mlops::app
