// `alerts`: what the models' alerts are, and taking notice of one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "observe/health.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

struct AlertsConfig {
  std::optional<std::string> model;               ///< absent: every model
  std::int64_t range_micros = 7 * kMicrosPerDay;  ///< of resolved alerts
};

/// An alert and the model that it is about.
struct ModelAlert {
  std::string model;
  observe::Alert alert;
};

/// What is known from the stores; nothing is assessed anew, nobody is told. Open alerts first, the
/// critical ones before the others, then resolved ones by the latest change. Throws not_found for a
/// model that is not there.
[[nodiscard]] std::vector<ModelAlert> alerts(const AlertsConfig& config,
                                             const Environment& environment);

struct AcknowledgeConfig {
  std::int64_t id = 0;
  std::optional<std::string> model;  ///< needed where several models have an alert of that id
};

/// Marks a firing alert as seen: it stays open, `monitor --check` no longer exits 10 for it, and
/// nobody is told of it again until it is resolved. Recorded in the model's event log. Doing it
/// again changes nothing. Throws not_found for an id that no model has, conflict for a resolved
/// alert, invalid_argument ("alert.ambiguous") where several models have the id.
ModelAlert acknowledge(const AcknowledgeConfig& config, const Environment& environment);

}  // namespace mlops::workflow
