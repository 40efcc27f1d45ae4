// The stored form of a schema (schema.json of a version).
// Part of the on-disk format: add, never renumber; see docs/registry-format.md.
#include <fmt/format.h>

#include "data/schema.hpp"

namespace mlops::data {
namespace {

constexpr std::string_view kSource = "schema.json";

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::corrupt, "data.schema_corrupt", fmt::format("{}: {}", kSource, what));
}

template <typename Enum>
Enum known(std::optional<Enum> value, std::string_view member, const std::string& text) {
  if (!value) fail(fmt::format("{}: '{}' is not known", member, text));
  return *value;
}

char one_character(const std::string& text, std::string_view member) {
  if (text.size() != 1) fail(fmt::format("{}: '{}' is not one character", member, text));
  return text[0];
}

Json column_to_json(const ColumnSchema& column) {
  Json json = {{"name", column.name},
               {"kind", to_string(column.kind)},
               {"role", to_string(column.role)},
               {"reason", column.reason},
               {"integral", column.integral},
               {"minimum", json_number(column.minimum)},
               {"maximum", json_number(column.maximum)},
               {"categories", column.categories},
               {"datetime_format", column.datetime_format},
               {"n_missing", column.n_missing},
               {"n_distinct", column.n_distinct},
               {"examples", column.examples}};
  if (column.decimal != '.') json["decimal"] = std::string(1, column.decimal);
  if (column.thousands) json["thousands"] = std::string(1, *column.thousands);
  return json;
}

ColumnSchema column_from_json(const Json& json) {
  const JsonObject object(json, kSource, "columns");
  ColumnSchema column;
  column.name = object.text("name");
  column.kind = known(parse_column_kind(object.text("kind")), "kind", object.text("kind"));
  column.role = known(parse_column_role(object.text("role")), "role", object.text("role"));
  column.reason = object.text("reason");
  column.integral = object.boolean("integral");
  column.minimum = object.number("minimum");
  column.maximum = object.number("maximum");
  column.categories = object.texts("categories");
  column.datetime_format = object.text("datetime_format");
  column.n_missing = object.unsigned_integer("n_missing");
  column.n_distinct = object.unsigned_integer("n_distinct");
  column.examples = object.texts("examples");
  if (object.has("decimal")) column.decimal = one_character(object.text("decimal"), "decimal");
  if (object.has("thousands")) {
    column.thousands = one_character(object.text("thousands"), "thousands");
  }
  return column;
}

Schema read_schema(const Json& json) {
  const JsonObject object(json, kSource);
  Schema schema;
  for (const Json& column : object.array("columns")) {
    schema.columns.push_back(column_from_json(column));
  }
  schema.target = object.text("target");
  schema.task = known(parse_task(object.text("task")), "task", object.text("task"));
  schema.classes = object.texts("classes");
  schema.missing_markers = object.texts("missing_markers");
  schema.decimal = one_character(object.text("decimal"), "decimal");
  return schema;
}

}  // namespace

Json to_json(const Schema& schema) {
  Json columns = Json::array();
  for (const ColumnSchema& column : schema.columns) columns.push_back(column_to_json(column));
  return {{"format", 1},
          {"columns", std::move(columns)},
          {"target", schema.target},
          {"task", to_string(schema.task)},
          {"classes", schema.classes},
          {"missing_markers", schema.missing_markers},
          {"decimal", std::string(1, schema.decimal)}};
}

Schema schema_from_json(const Json& json) {
  try {
    return read_schema(json);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::corrupt) throw;
    fail(error.what());
  }
}

}  // namespace mlops::data
