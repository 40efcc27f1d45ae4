#include "render/dialect.hpp"

#include <fmt/format.h>

namespace mlops::render {
namespace {

std::string separator_name(char separator) {
  switch (separator) {
    case '\t':
      return "tab";
    case ' ':
      return "space";
    default:
      if (static_cast<unsigned char>(separator) < ' ')
        return fmt::format("byte {}", static_cast<int>(separator));
      return fmt::format("'{}'", separator);
  }
}

}  // namespace

std::string dialect_text(const data::Dialect& dialect) {
  std::string text = dialect.format;
  if (!dialect.compression.empty()) text += " (" + dialect.compression + ")";
  text += ", " + dialect.encoding;
  if (dialect.format == "jsonl") return text;
  text += ", separator " + separator_name(dialect.separator);
  if (dialect.quote == '\0') text += ", no quotes";
  if (dialect.quote != '"' && dialect.quote != '\0')
    text += fmt::format(", quote {}", dialect.quote);
  text += dialect.header ? ", header" : ", no header";
  text += ", line ends " + dialect.line_end;
  if (dialect.decimal != '.') text += fmt::format(", decimal '{}'", dialect.decimal);
  if (dialect.thousands) text += fmt::format(", thousands '{}'", *dialect.thousands);
  return text;
}

std::string markers_text(const data::Dialect& dialect) {
  return fmt::format("empty cells{}{}", dialect.missing_markers.empty() ? "" : ", ",
                     fmt::join(dialect.missing_markers, ", "));
}

}  // namespace mlops::render
