#include "observe/health.hpp"

namespace mlops::observe {
namespace {

Json estimate_json(const std::optional<Estimate>& estimate) {
  if (!estimate) return nullptr;
  return {{"value", json_number(estimate->value)},
          {"lower", json_number(estimate->lower)},
          {"upper", json_number(estimate->upper)},
          {"n", estimate->n}};
}

Json segment_json(const std::optional<SegmentHealth>& segment) {
  if (!segment) return nullptr;
  Json json = estimate_json(segment->performance);
  json["segment"] = segment->name;
  json["rest"] = json_number(segment->rest);
  return json;
}

Json volume_json(const ModelHealth& health) {
  Json series = Json::array();
  for (const SeriesPoint& point : health.volume)
    series.push_back({{"t", to_rfc3339(point.t)}, {"n", point.n}});
  return {{"total", health.n_total},
          {"per_minute", json_number(health.per_minute)},
          {"series", std::move(series)}};
}

Json performance_json(const PerformanceHealth& performance) {
  Json series = Json::array();
  for (const SeriesPoint& point : performance.series) {
    if (point.n == 0) continue;
    series.push_back({{"t", to_rfc3339(point.t)},
                      {"n", point.n},
                      {"value", json_number(point.value)},
                      {"lower", json_number(point.lower)},
                      {"upper", json_number(point.upper)}});
  }
  return {{"metric", data::to_string(performance.metric)},
          {"direction", performance.higher_is_better ? "higher" : "lower"},
          {"threshold", json_number(performance.threshold)},
          {"reference", json_number(performance.reference)},
          {"status", to_string(performance.status)},
          {"realized", estimate_json(performance.realized)},
          {"estimated", estimate_json(performance.estimated)},
          {"combined", estimate_json(performance.combined)},
          {"worst_segment", segment_json(performance.worst_segment)},
          {"label_coverage", json_number(performance.label_coverage)},
          {"series", std::move(series)}};
}

Json drift_json(const DriftHealth& drift) {
  Json json = {{"feature", drift.feature},
               {"kind", data::to_string(drift.kind)},
               {"psi", json_number(drift.psi)},
               {"js", json_number(drift.js)}};
  const bool category =
      drift.kind == data::ColumnKind::category || drift.kind == data::ColumnKind::boolean;
  if (category) {
    json["chi2"] = json_number(drift.chi2);
  } else {
    json["ks"] = json_number(drift.ks);
    json["wasserstein"] = json_number(drift.wasserstein);
  }
  json["noise_floor"] = json_number(drift.noise_floor);
  json["status"] = to_string(drift.status);
  json["importance"] = json_number(drift.importance);
  json["n"] = drift.n;
  json["change"] = drift.change;
  return json;
}

Json quality_json(const QualityHealth& quality) {
  return {{"feature", quality.feature},
          {"kind", quality.kind},
          {"reference_share", json_number(quality.reference_share)},
          {"share", json_number(quality.share)},
          {"n", quality.n},
          {"status", to_string(quality.status)}};
}

}  // namespace

Json to_json(const Alert& alert) {
  return {{"id", alert.id},
          {"rule", alert.rule},
          {"subject", alert.subject},
          {"severity", alert.severity},
          {"state", alert.state},
          {"since", to_rfc3339(alert.since)},
          {"changed_at", to_rfc3339(alert.changed_at)},
          {"message", alert.message},
          {"next_command", alert.next_command},
          {"evidence", alert.evidence}};
}

Json to_json(const ModelHealth& health) {
  Json features = Json::array();
  for (const DriftHealth& drift : health.drift) features.push_back(drift_json(drift));
  Json quality = Json::array();
  for (const QualityHealth& entry : health.quality) quality.push_back(quality_json(entry));
  Json alerts = Json::array();
  for (const Alert& alert : health.alerts) alerts.push_back(to_json(alert));
  return {
      {"model", health.model},
      {"version", health.version},
      {"status", to_string(health.status)},
      {"flagged_for_retraining", health.flagged_for_retraining},
      {"volume", volume_json(health)},
      {"errors", health.n_errors},
      {"latency_ms",
       {{"p50", json_number(health.latency_p50_ms)}, {"p99", json_number(health.latency_p99_ms)}}},
      {"performance", performance_json(health.performance)},
      {"drift",
       {{"status", to_string(health.drift_status)},
        {"features", std::move(features)},
        {"prediction", health.prediction_drift ? drift_json(*health.prediction_drift) : Json()}}},
      {"quality", std::move(quality)},
      {"alerts", std::move(alerts)}};
}

}  // namespace mlops::observe
