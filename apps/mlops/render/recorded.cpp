#include "render/recorded.hpp"

#include <limits>

#include "data/dialect_json.hpp"

namespace mlops::render {
namespace {

const Json& member(const Json& object, const std::string& key) {
  static const Json absent;
  if (!object.is_object()) return absent;
  const auto found = object.find(key);
  return found == object.end() ? absent : *found;
}

double number(const Json& object, const std::string& key) {
  const Json& value = member(object, key);
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

/// 0 where the number is absent.
double number_or_zero(const Json& object, const std::string& key) {
  const Json& value = member(object, key);
  return value.is_number() ? value.get<double>() : 0.0;
}

std::optional<data::MetricValue> to_metric(const Json& value) {
  const auto metric = data::parse_metric(recorded_text(value, "name"));
  if (!metric) return std::nullopt;
  const double n = number_or_zero(value, "n");
  return data::MetricValue{.metric = *metric,
                           .value = number(value, "value"),
                           .lower = number(value, "lower"),
                           .upper = number(value, "upper"),
                           .n = n > 0 ? static_cast<std::uint64_t>(n) : 0};
}

}  // namespace

std::string recorded_text(const Json& metadata, const std::string& key) {
  const Json& value = member(metadata, key);
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

std::optional<data::MetricValue> recorded_metric(const Json& metadata, const std::string& key) {
  return to_metric(member(metadata, key));
}

std::vector<data::MetricValue> recorded_metrics(const Json& metadata) {
  std::vector<data::MetricValue> metrics;
  for (const Json& value : member(metadata, "metrics")) {
    if (const auto metric = to_metric(value)) metrics.push_back(*metric);
  }
  return metrics;
}

std::vector<learn::LeaderboardEntry> recorded_leaderboard(const Json& metadata) {
  std::vector<learn::LeaderboardEntry> entries;
  for (const Json& row : member(metadata, "leaderboard")) {
    entries.push_back({.learner = recorded_text(row, "learner"),
                       .params = recorded_text(row, "params"),
                       .score = number(row, "score"),
                       .standard_error = number(row, "standard_error"),
                       .fit_seconds = number(row, "fit_seconds"),
                       .predict_us = number(row, "predict_us"),
                       .weight = number_or_zero(row, "weight"),
                       .failure = recorded_text(row, "failure")});
  }
  return entries;
}

std::vector<learn::FeatureImportance> recorded_importance(const Json& metadata) {
  std::vector<learn::FeatureImportance> features;
  for (const Json& row : member(metadata, "importance")) {
    features.push_back({.feature = recorded_text(row, "feature"),
                        .importance = number_or_zero(row, "importance"),
                        .lower = number(row, "lower"),
                        .upper = number(row, "upper")});
  }
  return features;
}

std::optional<data::Dialect> recorded_dialect(const Json& metadata) {
  const Json& dialect = member(member(metadata, "data"), "dialect");
  if (!dialect.is_object()) return std::nullopt;
  return data::dialect_from_json(dialect);
}

std::vector<data::Finding> recorded_warnings(const Json& metadata) {
  std::vector<data::Finding> warnings;
  for (const Json& row : member(metadata, "warnings")) {
    warnings.push_back({.code = recorded_text(row, "code"),
                        .column = recorded_text(row, "column"),
                        .message = recorded_text(row, "message"),
                        .hint = recorded_text(row, "hint")});
  }
  return warnings;
}

}  // namespace mlops::render
