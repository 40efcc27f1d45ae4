// Roles instead of colours: a renderer says what a text is, this file says how that looks. Only
// the 16 ANSI colours, bold and dim, so that the user's theme applies; meaning never hangs on
// colour alone, glyphs and words carry it too.
#pragma once

#include <string>
#include <string_view>

#include "render/capabilities.hpp"

namespace mlops::render {

enum class Role {
  plain,
  heading,     ///< bold
  good,        ///< green
  warning,     ///< yellow
  critical,    ///< red, bold
  unknown,     ///< dim
  identifier,  ///< cyan: model names, commands
  meta,        ///< dim: units, remarks, frames
};

/// `text` in the role's style, or as it is without colour. Never changes the width in cells.
[[nodiscard]] std::string styled(Role role, std::string_view text,
                                 const Capabilities& capabilities);

/// The signs that go beside colours, as the stream can show them.
struct Glyphs {
  std::string_view good;        ///< ✓ or OK
  std::string_view warning;     ///< ! or WARN
  std::string_view critical;    ///< ✗ or CRIT
  std::string_view unknown;     ///< ?
  std::string_view ellipsis;    ///< … or ..
  std::string_view at_least;    ///< ≥ or >=
  std::string_view at_most;     ///< ≤ or <=
  std::string_view plus_minus;  ///< ± or +-
  std::string_view minus;       ///< − or -
  std::string_view dot;         ///< · or -
  std::string_view arrow;       ///< → or ->
  std::string_view dash;        ///< – or -
  std::string_view chosen;      ///< ◀ or <
  std::string_view rule;        ///< ─ or -
};

[[nodiscard]] const Glyphs& glyphs(const Capabilities& capabilities) noexcept;

}  // namespace mlops::render
