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

Json alerts_document(const std::vector<workflow::ModelAlert>& alerts) {
  Json list = Json::array();
  for (const workflow::ModelAlert& entry : alerts) {
    Json alert = {{"model", entry.model}, {"version", entry.alert.version}};
    alert.update(observe::to_json(entry.alert));
    list.push_back(std::move(alert));
  }
  return {{"schema", "mlops/alerts/v1"}, {"alerts", std::move(list)}};
}

}  // namespace mlops::app
