// From model.yaml's `notify` list to messages delivered.
#pragma once

#include <string_view>
#include <vector>

#include "notify/channel.hpp"
#include "observe/health.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// Tells every channel of the model's policy. Throws only when model.yaml cannot be read.
std::vector<notify::Delivery> notify_channels(const registry::Registry& registry,
                                              std::string_view model,
                                              const notify::Message& message);

/// Alerts whose state changed: each goes into the model's event log and, unless somebody
/// acknowledged it, to its channels. Deliveries that failed are recorded too. Throws what the
/// registry throws.
void announce_alerts(const registry::Registry& registry, const observe::ModelHealth& health,
                     const std::vector<observe::Alert>& changed);

}  // namespace mlops::workflow
