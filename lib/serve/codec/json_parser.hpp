// The parsers behind JsonScratch. Only files that include simdjson include this.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "serve/codec/json_scratch.hpp"

namespace mlops::serve::codec {

struct JsonScratch::Parser {
  simdjson::ondemand::parser parser;
  simdjson::dom::parser tree_parser;
};

/// Throws Error "json.malformed" with line and column: the slow way to a position, by the other
/// parser reading the same bytes.
[[noreturn]] void throw_malformed(std::string_view body);

}  // namespace mlops::serve::codec
