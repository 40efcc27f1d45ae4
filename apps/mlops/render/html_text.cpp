#include "render/html_text.hpp"

#include <fmt/format.h>

#include "render/cells.hpp"

namespace mlops::render {

std::string html_escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string html_element(std::string_view tag, std::string_view text, std::string_view name) {
  const std::string open = name.empty() ? std::string() : fmt::format(" class=\"{}\"", name);
  return fmt::format("<{}{}>{}</{}>", tag, open, html_escaped(text), tag);
}

}  // namespace mlops::render
