#include "serve/model_description.hpp"

#include <cmath>
#include <utility>

#include "base/file.hpp"

namespace mlops::serve {
namespace {

Json describe_feature(const data::ColumnSchema& column) {
  Json feature{{"name", column.name}, {"kind", data::to_string(column.kind)}};
  if (column.kind == data::ColumnKind::number) feature["integral"] = column.integral;
  if (std::isfinite(column.minimum)) feature["minimum"] = column.minimum;
  if (std::isfinite(column.maximum)) feature["maximum"] = column.maximum;
  if (!column.categories.empty()) feature["categories"] = column.categories;
  if (!column.datetime_format.empty()) feature["format"] = column.datetime_format;
  feature["examples"] = column.examples;
  return feature;
}

}  // namespace

Json summary_of(const LiveModel& model) {
  const LoadedVersion& champion = *model.champion;
  const data::Schema& schema = champion.model.schema();
  Json summary{{"name", model.name},
               {"version", champion.manifest.version},
               {"created_at", to_rfc3339(champion.manifest.created_at)},
               {"task", data::to_string(schema.task)},
               {"target", schema.target},
               {"features", schema.feature_columns().size()},
               {"description", champion.model.description()},
               {"predictions", model.traffic->counters.predictions.load()}};
  if (champion.manifest.metadata.contains("metric"))
    summary["metric"] = champion.manifest.metadata["metric"];
  if (model.challenger)
    summary["challenger"] = {{"version", model.challenger->version->manifest.version},
                             {"traffic_share", model.challenger->traffic_share},
                             {"shadow", model.challenger->shadow}};
  return summary;
}

Json aliases_of(const LiveModel& model, registry::Version version) {
  Json aliases = Json::array();
  if (model.champion->manifest.version == version) aliases.push_back("champion");
  if (model.challenger && model.challenger->version->manifest.version == version)
    aliases.push_back("challenger");
  if (model.previous == version) aliases.push_back("previous");
  return aliases;
}

Json describe_schema(const data::Schema& schema) {
  Json body{{"task", data::to_string(schema.task)}, {"target", schema.target}};
  if (!schema.classes.empty()) body["classes"] = schema.classes;
  if (schema.task == data::Task::binary) body["positive"] = schema.positive();
  Json features = Json::array();
  for (const std::size_t index : schema.feature_columns())
    features.push_back(describe_feature(schema.columns[index]));
  body["features"] = std::move(features);
  return body;
}

data::Schema read_schema(const std::filesystem::path& version_directory) {
  return data::schema_from_json(
      parse_json(read_file(version_directory / "schema.json"), "schema.json"));
}

}  // namespace mlops::serve
