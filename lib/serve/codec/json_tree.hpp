// Reading JSON as a tree with simdjson's DOM: for the dialects whose members may come in any order
// and refer to each other. The whole document is checked before anything of it is used.
#pragma once

#include <simdjson.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/codec/json_scratch.hpp"
#include "serve/codec/row_builder.hpp"

namespace mlops::serve::codec {

namespace dom = simdjson::dom;

/// Parses `body` and hands its root to `read`. Throws Error "json.malformed" with line and column.
/// `body` may grow in capacity, its bytes stay.
void read_tree(std::string& body, JsonScratch& scratch,
               const std::function<void(dom::element)>& read);

/// A member of an object; nothing when absent.
[[nodiscard]] std::optional<dom::element> member(dom::object object, std::string_view name);

/// Puts one JSON value into a cell: numbers, texts, booleans and null; anything else is rejected.
void put_value(RowBuilder& builder, std::size_t row, std::size_t feature, dom::element value);

/// What a named column of a request feeds: a feature, the client's own ids ("id" where the model
/// has no such column), or nothing.
class ColumnTarget {
 public:
  /// A column that feeds nothing is noted as unknown in `row`.
  ColumnTarget(RowBuilder& builder, std::string_view name, std::size_t row = 0);
  /// The feature at a position, for columns without names.
  explicit ColumnTarget(std::size_t feature) : feature_(feature) {}

  void put(RowBuilder& builder, std::size_t row, dom::element value) const;
  [[nodiscard]] std::optional<std::size_t> feature() const noexcept { return feature_; }
  [[nodiscard]] bool is_id() const noexcept { return is_id_; }

 private:
  std::optional<std::size_t> feature_;
  bool is_id_ = false;
};

}  // namespace mlops::serve::codec
