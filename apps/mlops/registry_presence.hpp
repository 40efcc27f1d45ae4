// Whether there is a registry at all.
#pragma once

#include "command.hpp"

namespace mlops::app {

/// For commands that look at every model: an absent registry has none and so no trouble, and a
/// mistyped path in cron's table would be good news for ever. Throws not_found.
void require_registry(const CommandContext& context);

}  // namespace mlops::app
