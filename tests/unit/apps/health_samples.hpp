// Made-up but plausible reports for the screens: one model in trouble, one healthy, one without
// labels, one without anything. Times count from a fixed moment.
#pragma once

#include "observe/health.hpp"
#include "registry/registry.hpp"
#include "workflow/monitor.hpp"

namespace mlops::samples {

/// 2026-03-19T18:23:07Z.
[[nodiscard]] Timestamp now();

/// A day of labels that fall below the limit in the last hours, two drifting features, alerts.
[[nodiscard]] observe::ModelHealth critical_model();
/// Regression, all well.
[[nodiscard]] observe::ModelHealth healthy_model();
/// Predictions but not one label; a label-free estimate.
[[nodiscard]] observe::ModelHealth unlabelled_model();
/// Deployed a moment ago: nothing was ever asked.
[[nodiscard]] observe::ModelHealth empty_model();
/// Deployed a moment ago with its schema: every feature waits to be compared.
[[nodiscard]] observe::ModelHealth waiting_model();
/// Was busy, then fell silent three hours ago.
[[nodiscard]] observe::ModelHealth silent_model();

[[nodiscard]] std::vector<registry::Event> events();

[[nodiscard]] workflow::MonitorReport report_of(std::vector<observe::ModelHealth> models);

}  // namespace mlops::samples
