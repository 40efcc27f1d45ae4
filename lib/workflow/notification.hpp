// From model.yaml's `notify` list to messages delivered.
#pragma once

#include <string_view>
#include <vector>

#include "notify/channel.hpp"
#include "observe/health.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// Tells every channel of the model's policy, and from which machine and registry, so that whoever
/// reads it elsewhere knows where to run the next command. Throws only when model.yaml cannot be
/// read.
std::vector<notify::Delivery> notify_channels(const registry::Registry& registry,
                                              std::string_view model,
                                              const notify::Message& message);

/// Alerts whose state changed: each goes into the model's event log and, unless somebody
/// acknowledged it, to its channels. Deliveries that failed are recorded too. Throws what the
/// registry throws.
void announce_alerts(const registry::Registry& registry, const observe::ModelHealth& health,
                     const std::vector<observe::Alert>& changed);

/// A prediction log that cannot be written, or works again.
struct LogTrouble {
  std::string_view model;
  std::uint32_t version = 0;
  bool resolved = false;
  std::string_view reason;
  std::uint64_t n_failed = 0;  ///< rows that were not logged
};

/// Tells the model's channels first and its event log afterwards: where the disk is full, only the
/// channels can still be told. Throws what the registry throws.
void announce_log_trouble(const registry::Registry& registry, const LogTrouble& trouble,
                          Timestamp now);

}  // namespace mlops::workflow
