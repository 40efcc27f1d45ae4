// The streams that the screens are tested on.
#pragma once

#include "render/capabilities.hpp"

namespace mlops::samples {

/// A terminal of `columns` cells in UTF-8 without colour.
[[nodiscard]] inline render::Capabilities terminal_of(unsigned columns) {
  return {.terminal = true, .columns = columns, .unicode = true, .live = true};
}

[[nodiscard]] inline render::Capabilities ascii_terminal_of(unsigned columns) {
  return {.terminal = true, .columns = columns};
}

[[nodiscard]] inline render::Capabilities color_terminal_of(unsigned columns) {
  return {.terminal = true, .columns = columns, .color = true, .unicode = true, .live = true};
}

/// A pipe in a UTF-8 locale.
[[nodiscard]] inline render::Capabilities pipe() {
  return {.unicode = true};
}

}  // namespace mlops::samples
