#include "data/dialect_json.hpp"
#include "documents/documents.hpp"
#include "workflow/version.hpp"

namespace mlops::app {
namespace {

Json finding_json(const data::Finding& finding) {
  Json json{{"code", finding.code}};
  if (!finding.column.empty()) json["column"] = finding.column;
  json["message"] = finding.message;
  if (!finding.hint.empty()) json["hint"] = finding.hint;
  return json;
}

Json findings_json(const std::vector<data::Finding>& findings) {
  Json rows = Json::array();
  for (const data::Finding& finding : findings) rows.push_back(finding_json(finding));
  return rows;
}

Json leaderboard_json(const std::vector<learn::LeaderboardEntry>& leaderboard) {
  Json rows = Json::array();
  for (const learn::LeaderboardEntry& entry : leaderboard) {
    Json row{{"learner", entry.learner},
             {"params", entry.params},
             {"score", json_number(entry.score)},
             {"standard_error", json_number(entry.standard_error)},
             {"fit_seconds", json_number(entry.fit_seconds)},
             {"predict_us", json_number(entry.predict_us)},
             {"weight", entry.weight}};
    if (!entry.failure.empty()) row["failure"] = entry.failure;
    rows.push_back(std::move(row));
  }
  return rows;
}

Json windows_json(const std::vector<workflow::WindowChoice>& windows) {
  Json rows = Json::array();
  for (const workflow::WindowChoice& window : windows) {
    rows.push_back({{"name", window.name},
                    {"rows", window.n_rows},
                    {"score", json_number(window.score)},
                    {"chosen", window.chosen}});
  }
  return rows;
}

Json probation_json(const workflow::ProbationReport& report) {
  return {{"verdict", workflow::to_string(report.verdict)},
          {"champion", report.probation.champion},
          {"predecessor", report.probation.predecessor},
          {"since", to_rfc3339(report.probation.since)},
          {"outcomes", report.n},
          {"shadowed", report.n_shadowed},
          {"champion_score", json_number(report.champion)},
          {"predecessor_score", json_number(report.predecessor)},
          {"evidence", json_number(report.evidence)}};
}

Json retrain_json(const workflow::RetrainReport& report) {
  Json json{{"model", report.model},
            {"outcome", workflow::to_string(report.outcome)},
            {"sentence", report.sentence},
            {"champion_before", report.champion},
            {"challenger", report.challenger ? Json(*report.challenger) : Json(nullptr)},
            {"decision", workflow::to_json(report.decision)},
            {"data",
             {{"old_rows", report.n_old},
              {"labelled_rows", report.n_labelled},
              {"file_rows", report.n_from_files},
              {"duplicates", report.n_duplicates},
              {"quarantined", Json::array()}}},
            {"metric", report.metric.empty() ? Json(nullptr) : Json(report.metric)},
            {"windows", windows_json(report.windows)},
            {"gate", report.gate ? workflow::to_json(*report.gate) : Json(nullptr)},
            {"seconds", json_number(report.seconds)}};
  for (const workflow::Quarantine& item : report.quarantined)
    json["data"]["quarantined"].push_back({{"source", item.source}, {"reason", item.reason}});
  json["data"]["warned"] = Json::array();
  for (const workflow::Quarantine& item : report.warned)
    json["data"]["warned"].push_back({{"source", item.source}, {"reason", item.reason}});
  json["data"]["waiting"] = report.waiting;
  json["probation"] = report.probation ? probation_json(*report.probation) : Json(nullptr);
  return json;
}

}  // namespace

Json train_document(const workflow::TrainReport& report, const learn::TrainingOptions& options) {
  const learn::TrainingResult& result = report.result;
  const data::Schema& schema = result.model.schema();
  Json document{{"schema", "mlops/train/v1"},
                {"model", report.model},
                {"version", report.version},
                {"task", data::to_string(schema.task)},
                {"target", schema.target}};
  if (!schema.positive().empty()) document["positive"] = schema.positive();
  document["rows"] = report.n_rows;
  document["features"] = schema.feature_columns().size();
  document["metric"] = workflow::to_json(result.metric);
  document["metrics"] = Json::object();
  for (const data::MetricValue& value : result.metrics) {
    const std::string name(data::to_string(value.metric));
    document["metrics"][name] = workflow::to_json(value);
  }
  document["dummy"] = {{"name", data::to_string(result.dummy.metric)},
                       {"value", json_number(result.dummy.value)}};
  document["leaderboard"] = leaderboard_json(result.leaderboard);
  document["deployed"] = report.deployed;
  if (!report.deployed) document["not_deployed_because"] = report.not_deployed_because;
  document["champion_before"] =
      report.champion_before ? Json(*report.champion_before) : Json(nullptr);
  document["artifact_sha256"] = report.artifact_sha256;
  document["seed"] = options.seed;
  document["trials"] = result.n_trials;
  document["seconds"] = json_number(report.seconds);
  document["dialect"] = data::to_json(report.dialect);
  document["warnings"] = findings_json(report.warnings);
  return document;
}

Json inspect_document(const workflow::InspectReport& report) {
  const Json schema = data::to_json(report.schema);
  Json document{
      {"schema", "mlops/inspect/v1"},
      {"rows", report.n_rows},
      {"size_bytes", report.size_bytes},
      {"dialect", data::to_json(report.dialect)},
      {"target", report.schema.target.empty() ? Json(nullptr) : Json(report.schema.target)},
      {"columns", schema["columns"]},
      {"findings", findings_json(report.findings)}};
  if (!report.schema.target.empty()) {
    document["task"] = data::to_string(report.schema.task);
    document["classes"] = report.schema.classes;
  }
  return document;
}

Json retrain_document(const std::vector<workflow::RetrainReport>& reports) {
  Json rows = Json::array();
  for (const workflow::RetrainReport& report : reports) rows.push_back(retrain_json(report));
  return {{"schema", "mlops/retrain/v1"}, {"models", rows}};
}

}  // namespace mlops::app
