// `monitor`: the health of deployed models from the registry's files alone, with or without a
// running server.
#pragma once

#include <string>
#include <vector>

#include "observe/health.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

/// Whether a look may open, refresh and resolve alerts.
enum class AlertUpdate { no, yes };

struct MonitorConfig {
  std::vector<std::string> models;  ///< names; empty: every model with a champion
  std::int64_t range_micros = kMicrosPerDay;
  AlertUpdate alerts = AlertUpdate::no;
  /// With `yes` the stored sketches are made anew from the log first; that writes.
  observe::Recount recount = observe::Recount::no;
};

struct MonitorReport {
  Timestamp generated_at;
  std::vector<observe::ModelHealth> models;  ///< the worst first
  /// Recent events by model, newest first, in the order of `models`.
  std::vector<std::vector<registry::Event>> events;
};

/// Throws not_found for a model that is not there or has no champion. With AlertUpdate::yes
/// alerts whose state changed are sent to the model's channels, and an absent registry is
/// not_found, not one without models.
[[nodiscard]] MonitorReport monitor(const MonitorConfig& config, const Environment& environment);

struct CompareConfig {
  std::vector<std::string> references;  ///< "churn@3", "churn@champion"; two or more
  std::int64_t range_micros = kMicrosPerDay;
};

/// Versions side by side over the same time, in the order given: what each answered or scored in
/// the shadow. No alerts, no events; nothing is written. Throws not_found, invalid_argument for
/// versions of different tasks.
[[nodiscard]] MonitorReport compare_versions(const CompareConfig& config,
                                             const Environment& environment);

/// True when an alert is firing: what `monitor --check` exits 10 for.
[[nodiscard]] bool has_firing_alert(const MonitorReport& report) noexcept;

/// The health of one model's champion.
[[nodiscard]] observe::ModelHealth champion_health(const registry::Registry& registry,
                                                   const std::string& name, Timestamp now,
                                                   std::int64_t range_micros);

}  // namespace mlops::workflow
