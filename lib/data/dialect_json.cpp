#include "data/dialect_json.hpp"

namespace mlops::data {
namespace {

Json character(char c) {
  return c == '\0' ? Json(nullptr) : Json(std::string(1, c));
}

/// '\0' for null.
char character(const JsonObject& object, const char* member) {
  const Json& value = object.member(member);
  if (value.is_null()) return '\0';
  const std::string text = object.text(member);
  return text.empty() ? '\0' : text.front();
}

}  // namespace

Json to_json(const Dialect& dialect) {
  return {{"format", dialect.format},
          {"encoding", dialect.encoding},
          {"compression", dialect.compression.empty() ? Json(nullptr) : Json(dialect.compression)},
          {"separator", character(dialect.separator)},
          {"quote", character(dialect.quote)},
          {"header", dialect.header},
          {"line_end", dialect.line_end},
          {"decimal", character(dialect.decimal)},
          {"thousands", character(dialect.thousands.value_or('\0'))},
          {"missing_markers", dialect.missing_markers}};
}

Dialect dialect_from_json(const Json& json) {
  const JsonObject object(json, "dialect");
  Dialect dialect{.format = object.text("format"),
                  .encoding = object.text("encoding"),
                  .separator = character(object, "separator"),
                  .quote = character(object, "quote"),
                  .header = object.boolean("header"),
                  .line_end = object.text("line_end"),
                  .decimal = character(object, "decimal"),
                  .missing_markers = object.texts("missing_markers")};
  if (!object.member("compression").is_null()) dialect.compression = object.text("compression");
  if (const char mark = character(object, "thousands"); mark != '\0') dialect.thousands = mark;
  return dialect;
}

}  // namespace mlops::data
