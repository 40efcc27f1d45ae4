#include <fmt/format.h>

#include <cmath>

#include "serve/openapi.hpp"

namespace mlops::serve {
namespace {

/// Longer lists of levels are described, not listed.
constexpr std::size_t kMaxListedLevels = 200;

/// A value of the training file as a client would send it; null when there is none.
Json example_value(const data::RowConformer& conformer, std::size_t feature,
                   const data::ColumnSchema& column) {
  if (column.examples.empty()) return nullptr;
  const std::string& text = column.examples.front();
  if (column.kind != data::ColumnKind::number) return text;
  std::vector<data::CellIssue> issues;
  const double value = conformer.from_text(feature, text, 0, issues);
  if (column.integral && std::abs(value) < 0x1.0p53) return static_cast<std::int64_t>(value);
  return json_number(value);
}

Json number_schema(const data::ColumnSchema& column) {
  Json schema{{"type", {"number", "null"}}};
  if (!std::isfinite(column.minimum) || !std::isfinite(column.maximum)) return schema;
  schema["minimum"] = column.minimum;
  schema["maximum"] = column.maximum;
  schema["description"] =
      fmt::format("{} from {} to {} in training; values outside are answered with a warning",
                  column.integral ? "Whole numbers" : "Numbers", shortest_decimal(column.minimum),
                  shortest_decimal(column.maximum));
  return schema;
}

Json level_schema(const data::ColumnSchema& column) {
  Json schema{{"type", {"string", "null"}}};
  if (column.categories.size() > kMaxListedLevels) {
    schema["description"] =
        fmt::format("One of {} levels, see the model's schema; others are answered with a warning",
                    column.categories.size());
    return schema;
  }
  Json levels = column.categories;
  levels.push_back(nullptr);
  schema["enum"] = std::move(levels);
  schema["description"] = "The levels seen in training; others are answered with a warning";
  return schema;
}

Json boolean_schema(const data::ColumnSchema& column) {
  Json values = column.categories;
  for (const Json& more : {Json(false), Json(true), Json(nullptr)}) values.push_back(more);
  return {{"type", {"string", "boolean", "null"}}, {"enum", std::move(values)}};
}

Json column_schema(const data::ColumnSchema& column) {
  switch (column.kind) {
    case data::ColumnKind::number:
      return number_schema(column);
    case data::ColumnKind::boolean:
      return boolean_schema(column);
    case data::ColumnKind::category:
      return level_schema(column);
    default:
      return {{"type", {"string", "number", "null"}},
              {"description", fmt::format("A time like {} or ISO 8601, or seconds since the epoch",
                                          column.datetime_format)}};
  }
}

}  // namespace

Json openapi_example_row(const LoadedVersion& version) {
  const data::Schema& schema = version.model.schema();
  Json row = Json::object();
  std::size_t feature = 0;
  for (const std::size_t index : schema.feature_columns()) {
    const data::ColumnSchema& column = schema.columns[index];
    row[column.name] = example_value(version.model.conformer(), feature++, column);
  }
  return row;
}

Json openapi_row_schema(const LoadedVersion& version) {
  const data::Schema& schema = version.model.schema();
  const Json example = openapi_example_row(version);
  Json properties = Json::object();
  for (const std::size_t index : schema.feature_columns()) {
    const data::ColumnSchema& column = schema.columns[index];
    Json property = column_schema(column);
    if (!example[column.name].is_null()) property["examples"] = Json::array({example[column.name]});
    properties[column.name] = std::move(property);
  }
  if (schema.find("id") == nullptr)
    properties["id"] = {{"type", {"string", "integer"}},
                        {"description", "your own id, to report the outcome by it"}};
  return {{"type", "object"},
          {"description", "Columns that are left out are treated as missing"},
          {"properties", std::move(properties)},
          {"examples", Json::array({example})}};
}

Json openapi_prediction_schema(const data::Schema& schema) {
  Json properties{{"id", {{"type", "string"}}}};
  if (schema.task == data::Task::regression) {
    properties["prediction"] = {{"type", "number"}, {"description", schema.target}};
    properties["interval"] = {{"type", "array"},
                              {"description", "90 % of outcomes lie between these"},
                              {"items", {{"type", "number"}}},
                              {"minItems", 2},
                              {"maxItems", 2}};
  } else {
    properties["prediction"] = {
        {"type", "string"}, {"description", schema.target}, {"enum", schema.classes}};
    Json classes = Json::object();
    for (const std::string& label : schema.classes)
      classes[label] = {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
    properties["probabilities"] = {{"type", "object"}, {"properties", std::move(classes)}};
  }
  properties["contributions"] = {{"type", "object"},
                                 {"additionalProperties", {{"type", "number"}}}};
  properties["warnings"] = {{"type", "array"},
                            {"items", {{"$ref", "#/components/schemas/Warning"}}}};
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", {"id", "prediction"}}};
}

}  // namespace mlops::serve
