#include "documents/documents.hpp"

namespace mlops::app {

Json feedback_document(const workflow::FeedbackReport& report) {
  return {{"schema", "mlops/feedback/v1"},          {"model", report.model},
          {"accepted", report.result.accepted},     {"duplicate", report.result.duplicate},
          {"corrected", report.result.corrected},   {"unknown", report.result.unknown},
          {"without_truth", report.n_without_truth}};
}

Json monitor_document(const workflow::MonitorReport& report) {
  Json models = Json::array();
  for (const observe::ModelHealth& health : report.models)
    models.push_back(observe::to_json(health));
  return {{"schema", "mlops/monitor/v1"},
          {"generated_at", to_rfc3339(report.generated_at)},
          {"models", models}};
}

}  // namespace mlops::app
