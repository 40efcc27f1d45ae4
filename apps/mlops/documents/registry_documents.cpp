#include "documents/documents.hpp"
#include "workflow/version.hpp"

namespace mlops::app {
namespace {

Json version_or_null(const std::optional<registry::Version>& version) {
  return version ? Json(*version) : Json(nullptr);
}

Json aliases_json(const registry::Aliases& aliases) {
  Json json{{"champion", version_or_null(aliases.champion)},
            {"previous", version_or_null(aliases.previous)},
            {"challenger", nullptr}};
  if (aliases.challenger) {
    json["challenger"] = {{"version", aliases.challenger->version},
                          {"traffic_share", aliases.challenger->traffic_share},
                          {"shadow", aliases.challenger->shadow}};
  }
  return json;
}

}  // namespace

Json deploy_document(const workflow::DeployReport& report) {
  return {{"schema", "mlops/deploy/v1"},
          {"model", report.model},
          {"version", report.version},
          {"as", report.role == workflow::DeployRole::champion ? "champion" : "challenger"},
          {"champion_before", version_or_null(report.champion_before)},
          {"schema_changes", report.schema_changes}};
}

Json rollback_document(const workflow::RollbackReport& report) {
  return {{"schema", "mlops/rollback/v1"},
          {"model", report.model},
          {"version", report.version},
          {"champion_before", report.champion_before}};
}

Json list_document(const std::vector<workflow::ModelSummary>& models) {
  Json rows = Json::array();
  for (const workflow::ModelSummary& model : models) {
    rows.push_back(
        {{"model", model.name},
         {"versions", model.n_versions},
         {"latest", model.latest},
         {"aliases", aliases_json(model.aliases)},
         {"task", model.task},
         {"target", model.target},
         {"metric", model.metric ? workflow::to_json(*model.metric) : Json(nullptr)},
         {"created_at", model.created_at ? Json(to_rfc3339(*model.created_at)) : Json(nullptr)},
         {"damage", model.damage.empty() ? Json(nullptr) : Json(model.damage)}});
  }
  return {{"schema", "mlops/list/v1"}, {"models", rows}};
}

Json show_document(const workflow::VersionDetails& details) {
  Json document{{"schema", "mlops/show/v1"},
                {"model", details.model},
                {"version", details.manifest.version},
                {"created_at", to_rfc3339(details.manifest.created_at)},
                {"versions", details.versions},
                {"aliases", aliases_json(details.aliases)}};
  for (const auto& [key, value] : details.manifest.metadata.items()) document[key] = value;
  document["files"] = Json::array();
  for (const registry::FileEntry& file : details.manifest.files) {
    document["files"].push_back(
        {{"path", file.path}, {"sha256", file.sha256}, {"size_bytes", file.size_bytes}});
  }
  document["columns"] = data::to_json(details.schema)["columns"];
  return document;
}

Json history_document(const std::string& model, const std::vector<registry::Event>& events) {
  Json rows = Json::array();
  for (const registry::Event& event : events) {
    rows.push_back({{"sequence", event.sequence},
                    {"time", to_rfc3339(event.time)},
                    {"actor", event.actor},
                    {"type", event.type},
                    {"message", event.message},
                    {"evidence", event.evidence},
                    {"hash", event.hash}});
  }
  return {{"schema", "mlops/history/v1"}, {"model", model}, {"chain", "whole"}, {"events", rows}};
}

}  // namespace mlops::app
