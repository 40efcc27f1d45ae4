// The documents that `--json` prints, one a command; their shapes are a contract with scripts.
// Members are only ever added within a schema version.
#pragma once

#include <vector>

#include "base/json.hpp"
#include "workflow/alerts.hpp"
#include "workflow/compare.hpp"
#include "workflow/deploy.hpp"
#include "workflow/feedback.hpp"
#include "workflow/inspect.hpp"
#include "workflow/inventory.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/monitor.hpp"
#include "workflow/retrain.hpp"
#include "workflow/train.hpp"

namespace mlops::app {

[[nodiscard]] Json train_document(const workflow::TrainReport& report,
                                  const learn::TrainingOptions& options);
[[nodiscard]] Json deploy_document(const workflow::DeployReport& report);
[[nodiscard]] Json rollback_document(const workflow::RollbackReport& report);
[[nodiscard]] Json feedback_document(const workflow::FeedbackReport& report);
[[nodiscard]] Json monitor_document(const workflow::MonitorReport& report);
[[nodiscard]] Json alerts_document(const std::vector<workflow::ModelAlert>& alerts);
[[nodiscard]] Json retrain_document(const std::vector<workflow::RetrainReport>& reports);
[[nodiscard]] Json list_document(const std::vector<workflow::ModelSummary>& models);
[[nodiscard]] Json show_document(const workflow::VersionDetails& details);
[[nodiscard]] Json compare_document(const workflow::CompareReport& report);
[[nodiscard]] Json history_document(const std::string& model,
                                    const std::vector<registry::Event>& events);
[[nodiscard]] Json fsck_document(const registry::FsckReport& report);
[[nodiscard]] Json gc_document(const registry::GcReport& report, bool dry_run);
[[nodiscard]] Json export_document(const registry::ExportReport& report, const std::string& file);
[[nodiscard]] Json import_document(const registry::ImportReport& report);
[[nodiscard]] Json removal_document(const workflow::RemovalReport& removal);
[[nodiscard]] Json inspect_document(const workflow::InspectReport& report);

}  // namespace mlops::app
