#include "workflow/compare.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "workflow/deploy.hpp"

namespace mlops::workflow {
namespace {

/// The trials of a search are its diary, not its settings; `show` lists them.
constexpr const char* kTrials = "trials";

/// A member of an object that may be absent or of another shape: older versions lack some.
const Json& member(const Json& json, const char* key) {
  static const Json absent;
  if (!json.is_object()) return absent;
  const auto found = json.find(key);
  return found == json.end() ? absent : *found;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

std::optional<double> predict_us(const Json& metadata) {
  double total = 0;
  bool known = false;
  for (const Json& row : member(metadata, "leaderboard")) {
    const Json& weight = member(row, "weight");
    const Json& latency = member(row, "predict_us");
    if (!weight.is_number() || !latency.is_number() || !(weight.get<double>() > 0)) continue;
    total += latency.get<double>();
    known = true;
  }
  return known ? std::optional(total) : std::nullopt;
}

ComparedVersion side_of(VersionDetails details) {
  ComparedVersion side{.details = std::move(details)};
  const registry::Manifest& manifest = side.details.manifest;
  side.data_sha256 = text_of(member(member(manifest.metadata, "data"), "sha256"));
  for (const registry::FileEntry& file : manifest.files) side.size_bytes += file.size_bytes;
  side.predict_us = predict_us(manifest.metadata);
  return side;
}

double number_of(const Json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

/// Scores that this program knows; others are passed over, and what a score lacks is NaN.
std::vector<data::MetricValue> scores_of(const ComparedVersion& side) {
  std::vector<data::MetricValue> scores;
  for (const Json& row : member(side.details.manifest.metadata, "metrics")) {
    const auto metric = data::parse_metric(text_of(member(row, "name")));
    if (!metric) continue;
    const Json& n = member(row, "n");
    scores.push_back({.metric = *metric,
                      .value = number_of(member(row, "value")),
                      .lower = number_of(member(row, "lower")),
                      .upper = number_of(member(row, "upper")),
                      .n = n.is_number_unsigned() ? n.get<std::uint64_t>() : 0});
  }
  return scores;
}

std::optional<bool> overlap_of(const ComparedMetric& pair) {
  if (!pair.a || !pair.b) return std::nullopt;
  for (const double end : {pair.a->lower, pair.a->upper, pair.b->lower, pair.b->upper})
    if (!std::isfinite(end)) return std::nullopt;
  return pair.a->lower <= pair.b->upper && pair.b->lower <= pair.a->upper;
}

std::vector<ComparedMetric> pair_metrics(const ComparedVersion& a, const ComparedVersion& b) {
  std::vector<ComparedMetric> pairs;
  for (const data::MetricValue& score : scores_of(a))
    pairs.push_back({.metric = score.metric, .a = score});
  for (const data::MetricValue& score : scores_of(b)) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const ComparedMetric& pair) {
      return pair.metric == score.metric;
    });
    if (found == pairs.end()) {
      pairs.push_back({.metric = score.metric, .b = score});
    } else {
      found->b = score;
    }
  }
  for (ComparedMetric& pair : pairs) pair.overlap = overlap_of(pair);
  return pairs;
}

/// Every leaf of a recipe under its dotted name, in order of appearance.
using Entries = std::vector<std::pair<std::string, std::string>>;

void flatten(const Json& json, const std::string& name, Entries& entries) {
  if (!json.is_object()) {
    entries.emplace_back(name, text_of(json));
    return;
  }
  for (const auto& [key, value] : json.items()) {
    if (key != kTrials) flatten(value, name.empty() ? key : name + "." + key, entries);
  }
}

Entries recipe_of(const ComparedVersion& side) {
  Entries entries;
  const Json& recipe = member(side.details.manifest.metadata, "recipe");
  if (recipe.is_object()) flatten(recipe, {}, entries);
  return entries;
}

std::vector<RecipeDifference> recipe_differences(const Entries& a, const Entries& b) {
  const std::map<std::string, std::string> in_a(a.begin(), a.end());
  const std::map<std::string, std::string> in_b(b.begin(), b.end());
  const auto value_in = [](const auto& entries, const std::string& name) {
    const auto found = entries.find(name);
    return found == entries.end() ? std::string() : found->second;
  };
  std::vector<RecipeDifference> differences;
  for (const auto& [name, value] : a) {
    const std::string other = value_in(in_b, name);
    if (value != other) differences.push_back({name, value, other});
  }
  for (const auto& [name, value] : b) {
    if (!in_a.contains(name) && !value.empty()) differences.push_back({name, {}, value});
  }
  return differences;
}

}  // namespace

CompareReport compare(VersionDetails a, VersionDetails b) {
  CompareReport report{.a = side_of(std::move(a)), .b = side_of(std::move(b))};
  report.metrics = pair_metrics(report.a, report.b);
  report.schema_changes = schema_changes(report.a.details.schema, report.b.details.schema);
  report.recipe = recipe_differences(recipe_of(report.a), recipe_of(report.b));
  report.same_data = !report.a.data_sha256.empty() && report.a.data_sha256 == report.b.data_sha256;
  return report;
}

CompareReport compare_versions(const std::string& a, const std::string& b,
                               const Environment& environment) {
  return compare(show_version(a, environment), show_version(b, environment));
}

}  // namespace mlops::workflow
