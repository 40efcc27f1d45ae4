#include "render/style.hpp"

namespace mlops::render {
namespace {

constexpr Glyphs kUnicodeGlyphs = {
    .good = "✓",
    .warning = "!",
    .critical = "✗",
    .unknown = "?",
    .ellipsis = "…",
    .at_least = "≥",
    .at_most = "≤",
    .plus_minus = "±",
    .minus = "−",
    .dot = "·",
    .arrow = "→",
    .dash = "–",
    .chosen = "◀",
    .rule = "─",
};

constexpr Glyphs kAsciiGlyphs = {
    .good = "OK",
    .warning = "WARN",
    .critical = "CRIT",
    .unknown = "?",
    .ellipsis = "..",
    .at_least = ">=",
    .at_most = "<=",
    .plus_minus = "+-",
    .minus = "-",
    .dot = "-",
    .arrow = "->",
    .dash = "-",
    .chosen = "<",
    .rule = "-",
};

constexpr std::string_view escape_of(Role role) noexcept {
  switch (role) {
    case Role::plain:
      return "";
    case Role::heading:
      return "\x1b[1m";
    case Role::good:
      return "\x1b[32m";
    case Role::warning:
      return "\x1b[33m";
    case Role::critical:
      return "\x1b[1;31m";
    case Role::unknown:
      return "\x1b[2m";
    case Role::identifier:
      return "\x1b[36m";
    case Role::meta:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

std::string styled(Role role, std::string_view text, const Capabilities& capabilities) {
  const std::string_view escape = escape_of(role);
  if (!capabilities.color || escape.empty() || text.empty()) return std::string(text);
  std::string result(escape);
  result += text;
  result += "\x1b[0m";
  return result;
}

const Glyphs& glyphs(const Capabilities& capabilities) noexcept {
  return capabilities.unicode ? kUnicodeGlyphs : kAsciiGlyphs;
}

}  // namespace mlops::render
