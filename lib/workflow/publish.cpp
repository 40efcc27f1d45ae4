#include "workflow/publish.hpp"

#include <algorithm>
#include <numeric>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "data/csv_writer.hpp"
#include "data/dialect_json.hpp"
#include "data/profile.hpp"
#include "learn/replay.hpp"
#include "model/self_test.hpp"
#include "observe/loss_profile.hpp"
#include "observe/policy.hpp"
#include "observe/watched_version.hpp"
#include "workflow/model_card.hpp"
#include "workflow/truth.hpp"
#include "workflow/verify.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// Enough rows to notice a wrong evaluator, few enough to test in a millisecond.
constexpr std::size_t kSelfTestRows = 16;

std::vector<double> importance_shares(const learn::TrainingResult& result) {
  std::vector<double> shares;
  for (const auto& feature : result.importance) shares.push_back(std::max(0.0, feature.importance));
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share = total > 0 ? share / total : 0.0;
  return shares;
}

Json leaderboard_json(const learn::TrainingResult& result) {
  Json rows = Json::array();
  for (const learn::LeaderboardEntry& entry : result.leaderboard) {
    rows.push_back({{"learner", entry.learner},
                    {"params", entry.params},
                    {"score", json_number(entry.score)},
                    {"standard_error", json_number(entry.standard_error)},
                    {"fit_seconds", json_number(entry.fit_seconds)},
                    {"predict_us", json_number(entry.predict_us)},
                    {"weight", entry.weight},
                    {"failure", entry.failure}});
  }
  return rows;
}

Json importance_json(const learn::TrainingResult& result) {
  Json rows = Json::array();
  for (const learn::FeatureImportance& feature : result.importance) {
    rows.push_back({{"feature", feature.feature},
                    {"importance", json_number(feature.importance)},
                    {"lower", json_number(feature.lower)},
                    {"upper", json_number(feature.upper)}});
  }
  return rows;
}

Json warnings_json(const std::vector<data::Finding>& findings) {
  Json rows = Json::array();
  for (const data::Finding& finding : findings) {
    Json row{{"code", finding.code}};
    if (!finding.column.empty()) row["column"] = finding.column;
    row["message"] = finding.message;
    if (!finding.hint.empty()) row["hint"] = finding.hint;
    rows.push_back(std::move(row));
  }
  return rows;
}

Json watched_metric_json(const learn::TrainingResult& result, data::Task task) {
  const data::Metric wanted = observe::watched_metric(task);
  const auto found = std::find_if(result.metrics.begin(), result.metrics.end(),
                                  [&](const auto& value) { return value.metric == wanted; });
  return to_json(found == result.metrics.end() ? result.metric : *found);
}

Json metadata_of(const VersionSource& source, std::string dataset_sha256) {
  const learn::TrainingResult& result = source.result;
  const data::Schema& schema = result.model.schema();
  Json metadata{{"task", data::to_string(schema.task)}, {"target", schema.target}};
  if (!schema.positive().empty()) metadata["positive"] = schema.positive();
  metadata["rows"] = source.table.n_rows;
  metadata["features"] = schema.feature_columns().size();
  metadata["description"] = result.model.description();
  metadata["metric"] = to_json(result.metric);
  metadata["dummy"] = to_json(result.dummy);
  metadata["watched_metric"] = watched_metric_json(result, schema.task);
  metadata["metrics"] = Json::array();
  for (const data::MetricValue& value : result.metrics)
    metadata["metrics"].push_back(to_json(value));
  metadata["leaderboard"] = leaderboard_json(result);
  metadata["importance"] = importance_json(result);
  metadata["recipe"] = result.recipe;
  metadata["data"] = {{"source", source.data_source},
                      {"sha256", source.data_sha256},
                      {"snapshot", dataset_sha256.empty() ? Json(nullptr) : Json(dataset_sha256)}};
  if (source.dialect) metadata["data"]["dialect"] = data::to_json(*source.dialect);
  metadata["lineage"] = source.lineage;
  metadata["warnings"] = warnings_json(source.warnings);
  metadata["trials"] = result.n_trials;
  metadata["seconds"] = json_number(result.seconds);
  return metadata;
}

void write_files(const VersionSource& source, std::string_view name,
                 const std::filesystem::path& directory) {
  const learn::TrainingResult& result = source.result;
  result.model.save(directory);

  const data::Table held_out = source.table.select_rows(result.held_out_rows);
  std::vector<std::size_t> sample(std::min(kSelfTestRows, held_out.n_rows));
  std::iota(sample.begin(), sample.end(), std::size_t{0});
  model::write_self_test(result.model, held_out.select_rows(sample), directory);

  const data::ReferenceProfile profile =
      data::build_profile(result.model.schema(), result.model.conformer().from_table(held_out),
                          result.held_out_predictions, importance_shares(result));
  write_new_file(directory / observe::kProfileFile, dump_json(data::to_json(profile)) + "\n");
  const observe::LossProfile losses = observe::build_loss_profile(
      result.held_out_predictions, truth_of(held_out, result.model.schema()), profile);
  write_new_file(directory / observe::kLossProfileFile, dump_json(observe::to_json(losses)) + "\n");
  if (learn::held_out_rows_given(result.recipe)) {
    write_new_file(directory / kHeldOutRowsFile, dump_json(Json(result.held_out_rows)) + "\n");
  }
  write_new_file(directory / "card.md", model_card({.name = std::string(name),
                                                    .result = result,
                                                    .held_out = held_out,
                                                    .data_source = source.data_source,
                                                    .n_rows = source.table.n_rows,
                                                    .warnings = source.warnings}));
}

}  // namespace

registry::Version publish_version(const registry::Registry& registry, std::string_view name,
                                  const VersionSource& source, registry::Event event) {
  registry.create_if_absent();
  std::string dataset;
  if (source.snapshot == Snapshot::keep)
    dataset = registry.store_dataset(data::to_csv(source.table));
  registry::Publication publication = registry.begin_version(name, observe::default_policy_yaml());
  write_files(source, name, publication.directory());
  return publication.commit(metadata_of(source, std::move(dataset)), std::move(event));
}

}  // namespace mlops::workflow
