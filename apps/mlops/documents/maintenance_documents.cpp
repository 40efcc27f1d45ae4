#include "documents/documents.hpp"

namespace mlops::app {

Json fsck_document(const registry::FsckReport& report) {
  Json findings = Json::array();
  for (const registry::Finding& finding : report.findings) {
    findings.push_back({{"kind", registry::to_string(finding.kind)},
                        {"code", finding.code},
                        {"path", finding.path},
                        {"message", finding.message},
                        {"repaired", finding.repaired}});
  }
  return {{"schema", "mlops/fsck/v1"}, {"damaged", report.count(registry::FindingKind::damage) > 0},
          {"models", report.n_models}, {"versions", report.n_versions},
          {"files", report.n_files},   {"bytes", report.n_bytes},
          {"events", report.n_events}, {"datasets", report.n_datasets},
          {"findings", findings}};
}

Json gc_document(const registry::GcReport& report, bool dry_run) {
  Json document{{"schema", "mlops/gc/v1"},
                {"dry_run", dry_run},
                {"freed_bytes", report.freed_bytes()},
                {"versions", Json::array()},
                {"datasets", Json::array()},
                {"skipped", Json::array()}};
  for (const auto& version : report.versions) {
    document["versions"].push_back({{"model", version.model},
                                    {"version", version.version},
                                    {"size_bytes", version.size_bytes}});
  }
  for (const auto& snapshot : report.snapshots) {
    document["datasets"].push_back(
        {{"sha256", snapshot.sha256}, {"size_bytes", snapshot.size_bytes}});
  }
  for (const auto& skipped : report.skipped)
    document["skipped"].push_back({{"what", skipped.what}, {"reason", skipped.reason}});
  return document;
}

Json export_document(const registry::ExportReport& report, const std::string& file) {
  return {{"schema", "mlops/export/v1"}, {"model", report.model},
          {"version", report.version},   {"file", file},
          {"files", report.n_files},     {"datasets", report.n_datasets}};
}

Json import_document(const registry::ImportReport& report) {
  return {{"schema", "mlops/import/v1"},
          {"model", report.model},
          {"version", report.version},
          {"original_model", report.original_model},
          {"original_version", report.original_version},
          {"files", report.n_files},
          {"datasets", report.n_datasets}};
}

Json removal_document(const workflow::RemovalReport& removal) {
  return {{"schema", "mlops/rm/v1"},
          {"model", removal.model},
          {"version", removal.version ? Json(*removal.version) : Json(nullptr)}};
}

}  // namespace mlops::app
