#include "documents/documents.hpp"
#include "workflow/version.hpp"

namespace mlops::app {
namespace {

Json side_json(const workflow::ComparedVersion& side) {
  const registry::Manifest& manifest = side.details.manifest;
  Json json{{"model", side.details.model},
            {"version", manifest.version},
            {"champion", side.details.aliases.champion == manifest.version},
            {"created_at", to_rfc3339(manifest.created_at)}};
  for (const char* key : {"task", "target", "description", "rows", "features"}) {
    json[key] = manifest.metadata.is_object() && manifest.metadata.contains(key)
                    ? manifest.metadata[key]
                    : Json(nullptr);
  }
  json["data_sha256"] = side.data_sha256.empty() ? Json(nullptr) : Json(side.data_sha256);
  json["size_bytes"] = side.size_bytes;
  json["predict_us"] = side.predict_us ? json_number(*side.predict_us) : Json(nullptr);
  return json;
}

Json score_json(const std::optional<data::MetricValue>& score) {
  if (!score) return nullptr;
  return {{"value", json_number(score->value)},
          {"lower", json_number(score->lower)},
          {"upper", json_number(score->upper)},
          {"n", score->n}};
}

Json metric_json(const workflow::ComparedMetric& pair) {
  return {
      {"name", data::to_string(pair.metric)},
      {"direction", data::higher_is_better(pair.metric) ? "higher" : "lower"},
      {"a", score_json(pair.a)},
      {"b", score_json(pair.b)},
      {"difference", pair.a && pair.b ? json_number(pair.b->value - pair.a->value) : Json(nullptr)},
      {"intervals_overlap", pair.overlap ? Json(*pair.overlap) : Json(nullptr)}};
}

}  // namespace

Json compare_document(const workflow::CompareReport& report) {
  Json document{{"schema", "mlops/compare/v1"}, {"a", side_json(report.a)},
                {"b", side_json(report.b)},     {"same_data", report.same_data},
                {"metrics", Json::array()},     {"schema_changes", report.schema_changes},
                {"recipe", Json::array()}};
  for (const workflow::ComparedMetric& pair : report.metrics)
    document["metrics"].push_back(metric_json(pair));
  for (const workflow::RecipeDifference& difference : report.recipe)
    document["recipe"].push_back(
        {{"name", difference.name}, {"a", difference.a}, {"b", difference.b}});
  return document;
}

}  // namespace mlops::app
