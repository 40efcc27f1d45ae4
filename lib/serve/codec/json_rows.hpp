// Reading rows from JSON with simdjson's on-demand parser: what the dialects' decoders share.
// Only the codec includes simdjson.
#pragma once

#include <simdjson.h>

#include <functional>
#include <string>
#include <string_view>

#include "serve/codec/json_scratch.hpp"
#include "serve/codec/row_builder.hpp"

namespace mlops::serve::codec {

/// Parses `body` and hands the document to `read`. What simdjson refuses becomes Error
/// "json.malformed" with line and column; so does anything after the document. `body` may grow in
/// capacity, its bytes stay.
void read_document(std::string& body, JsonScratch& scratch,
                   const std::function<void(simdjson::ondemand::document&)>& read);

/// Puts one JSON value into a cell: numbers, texts, booleans and null; anything else is rejected.
void put_value(RowBuilder& builder, std::size_t row, std::size_t feature,
               simdjson::ondemand::value value);

/// Reads {column: value, ...} as one more row.
void read_object_row(RowBuilder& builder, simdjson::ondemand::object object);

/// Throws Error{invalid_argument} with this code; shapes that are no request of the dialect.
[[noreturn]] void refuse_shape(std::string_view code, std::string message, std::string hint = {});

}  // namespace mlops::serve::codec
