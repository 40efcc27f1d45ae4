#include "serve/codec/json_tree.hpp"

#include <fmt/format.h>

#include "serve/codec/json_parser.hpp"

namespace mlops::serve::codec {
namespace {

constexpr std::string_view kIdColumn = "id";

double number_of(dom::element value) {
  // simdjson's conversion between its number types is exact or refused; get_double takes all three.
  return value.get_double().value();
}

void put_id(RowBuilder& builder, std::size_t row, dom::element value) {
  if (value.is_string()) return builder.client_id(row, value.get_string().value());
  if (value.is_int64() || value.is_uint64()) return builder.client_id(row, simdjson::minify(value));
  builder.reject(row, kIdColumn, "bad_id", "an id is a text or a whole number");
}

}  // namespace

void read_tree(std::string& body, JsonScratch& scratch,
               const std::function<void(dom::element)>& read) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  dom::element root;
  const auto error = scratch.parser().tree_parser.parse(body.data(), body.size(), false).get(root);
  if (error != simdjson::SUCCESS) throw_malformed(body);
  read(root);
}

std::optional<dom::element> member(dom::object object, std::string_view name) {
  dom::element value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

void put_value(RowBuilder& builder, std::size_t row, std::size_t feature, dom::element value) {
  switch (value.type()) {
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return builder.number(row, feature, number_of(value));
    case dom::element_type::STRING:
      return builder.text(row, feature, value.get_string().value());
    case dom::element_type::BOOL:
      return builder.boolean(row, feature, value.get_bool().value());
    case dom::element_type::NULL_VALUE:
      return builder.missing(row, feature);
    default:
      return builder.nested(row, feature);
  }
}

ColumnTarget::ColumnTarget(RowBuilder& builder, std::string_view name, std::size_t row)
    : feature_(builder.find(name)) {
  if (feature_) return;
  is_id_ = name == kIdColumn;
  if (!is_id_) builder.note_unknown(name, row);
}

void ColumnTarget::put(RowBuilder& builder, std::size_t row, dom::element value) const {
  if (feature_) return put_value(builder, row, *feature_, value);
  if (is_id_ && !value.is_null()) put_id(builder, row, value);
}

}  // namespace mlops::serve::codec
