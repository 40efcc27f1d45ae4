#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "serve/codec/json_rows.hpp"
#include "serve/codec/json_tree.hpp"
#include "serve/codec/mlflow_decoder.hpp"

namespace mlops::serve::codec {
namespace {

constexpr std::string_view kShapeHint =
    "send one of dataframe_split, dataframe_records, instances and inputs";
constexpr std::array<std::string_view, 4> kShapes = {"dataframe_split", "dataframe_records",
                                                     "instances", "inputs"};

[[noreturn]] void refuse(std::string message) {
  refuse_shape("mlflow.bad_shape", std::move(message), std::string(kShapeHint));
}

dom::array array_of(dom::element value, std::string_view what) {
  dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS)
    refuse(fmt::format("{} is not an array", what));
  return array;
}

void put_record(RowBuilder& builder, dom::object record) {
  const std::size_t row = builder.add_rows(1);
  for (const dom::key_value_pair field : record) {
    const ColumnTarget target(builder, field.key, row);
    target.put(builder, row, field.value);
  }
}

/// A row of values for the columns in `targets`.
void put_values(RowBuilder& builder, const std::vector<ColumnTarget>& targets, dom::array values) {
  const std::size_t row = builder.add_rows(1);
  std::size_t n = 0;
  for (const dom::element value : values) {
    if (n < targets.size()) targets[n].put(builder, row, value);
    ++n;
  }
  if (n != targets.size())
    builder.reject(row, "", "wrong_width",
                   fmt::format("the row has {} values for {} columns", n, targets.size()));
}

std::vector<ColumnTarget> in_schema_order(std::size_t n_features) {
  std::vector<ColumnTarget> targets;
  for (std::size_t feature = 0; feature < n_features; ++feature) targets.emplace_back(feature);
  return targets;
}

/// Rows as objects, as arrays in the schema's order or, for a model with one feature, as values.
void read_rows(RowBuilder& builder, dom::array rows, std::size_t n_features) {
  const std::vector<ColumnTarget> targets = in_schema_order(n_features);
  for (const dom::element row : rows) {
    dom::object object;
    dom::array values;
    if (row.get_object().get(object) == simdjson::SUCCESS) {
      put_record(builder, object);
    } else if (row.get_array().get(values) == simdjson::SUCCESS) {
      put_values(builder, targets, values);
    } else if (n_features == 1) {
      targets[0].put(builder, builder.add_rows(1), row);
    } else {
      builder.reject(builder.add_rows(1), "", "not_a_row",
                     "a row is an object {column: value} or an array of values");
    }
  }
}

void read_records(RowBuilder& builder, dom::element value) {
  for (const dom::element row : array_of(value, "'dataframe_records'")) {
    dom::object object;
    if (row.get_object().get(object) != simdjson::SUCCESS)
      refuse("a record is not an object {column: value}");
    put_record(builder, object);
  }
}

void read_split(RowBuilder& builder, dom::element value, std::size_t n_features) {
  dom::object split;
  if (value.get_object().get(split) != simdjson::SUCCESS)
    refuse("'dataframe_split' is not an object");
  const auto data = member(split, "data");
  if (!data) refuse("'dataframe_split' has no 'data'");
  std::vector<ColumnTarget> targets;
  if (const auto columns = member(split, "columns")) {
    for (const dom::element column : array_of(*columns, "'columns'")) {
      std::string_view name;
      if (column.get_string().get(name) != simdjson::SUCCESS) refuse("a column's name is no text");
      targets.emplace_back(builder, name);
    }
  } else {
    targets = in_schema_order(n_features);
  }
  for (const dom::element row : array_of(*data, "'data'"))
    put_values(builder, targets, array_of(row, "a row of 'data'"));
}

/// {column: [value, ...]}; one value alone is a column of one row.
void read_columns(RowBuilder& builder, dom::object columns) {
  std::optional<std::size_t> n_rows;
  for (const dom::key_value_pair column : columns) {
    dom::array values;
    const bool many = column.value.get_array().get(values) == simdjson::SUCCESS;
    const std::size_t n = many ? values.size() : 1;
    if (!n_rows) {
      n_rows = n;
      builder.add_rows(n);
    }
    if (n != *n_rows)
      refuse(fmt::format("column '{}' has {} rows, those before it have {}",
                         column.key.substr(0, 100), n, *n_rows));
    const ColumnTarget target(builder, column.key);
    std::size_t row = 0;
    if (!many) target.put(builder, row, column.value);
    if (many) {
      for (const dom::element value : values) target.put(builder, row++, value);
    }
  }
}

/// The one shape that the request has.
std::pair<std::string_view, dom::element> shape_of(dom::object request) {
  std::optional<std::pair<std::string_view, dom::element>> found;
  for (const dom::key_value_pair field : request) {
    if (field.key == "params") continue;
    const auto shape = std::find(kShapes.begin(), kShapes.end(), field.key);
    if (shape == kShapes.end())
      refuse(fmt::format("the request has a member '{}' that means nothing here",
                         field.key.substr(0, 100)));
    if (found) refuse(fmt::format("the request has both '{}' and '{}'", found->first, *shape));
    found.emplace(*shape, field.value);
  }
  if (!found) refuse("the request has no rows");
  return *found;
}

bool read_explain(dom::object request) {
  const auto params = member(request, "params");
  dom::object object;
  if (!params || params->is_null()) return false;
  if (params->get_object().get(object) != simdjson::SUCCESS) refuse("'params' is not an object");
  const auto explain = member(object, "explain");
  if (!explain) return false;
  if (!explain->is_bool()) refuse("the parameter 'explain' is neither true nor false");
  return explain->get_bool().value();
}

void read_request(RowBuilder& builder, dom::object request, std::size_t n_features) {
  const auto [shape, value] = shape_of(request);
  dom::object columns;
  if (shape == "dataframe_split") return read_split(builder, value, n_features);
  if (shape == "dataframe_records") return read_records(builder, value);
  if (shape == "inputs" && value.get_object().get(columns) == simdjson::SUCCESS)
    return read_columns(builder, columns);
  read_rows(builder, array_of(value, shape), n_features);
}

}  // namespace

DecodedRows decode_mlflow_json(std::string& body, const data::RowConformer& conformer,
                               std::size_t max_rows, JsonScratch& scratch) {
  RowBuilder builder(conformer, max_rows);
  bool explain = false;
  read_tree(body, scratch, [&](dom::element root) {
    dom::object request;
    if (root.get_object().get(request) != simdjson::SUCCESS)
      refuse("the request's body is not an object");
    explain = read_explain(request);
    read_request(builder, request, conformer.n_features());
  });
  DecodedRows decoded = builder.finish();
  if (decoded.rows.n_rows == 0 && decoded.n_errors == 0)
    refuse_shape("predict.no_rows", "there is not one row to score", std::string(kShapeHint));
  decoded.explain = explain;
  return decoded;
}

}  // namespace mlops::serve::codec
