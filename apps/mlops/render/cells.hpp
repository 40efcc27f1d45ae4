// Text measured in terminal cells instead of bytes: East Asian characters and emoji take two,
// combining marks none; escape sequences take none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "render/capabilities.hpp"

namespace mlops::render {

/// Cells that `text` takes. Control characters count as none; malformed UTF-8 as one a byte.
[[nodiscard]] std::size_t cell_width(std::string_view text);

enum class Align { left, right };

/// `text` with spaces up to `width` cells; longer text stays as it is.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width,
                                 Align align = Align::left);

/// The first cells of `text`, at most `width`; escape sequences in the part kept stay, and what
/// they switched on is switched off again.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t width);

/// `text` with an ellipsis at its end where it takes more than `width` cells; escape sequences as
/// in `clipped`.
[[nodiscard]] std::string ellipsized(std::string_view text, std::size_t width,
                                     const Capabilities& capabilities);

/// `text` without its middle, an ellipsis in its place, where it takes more than `width` cells.
/// Requires text without escape sequences.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width,
                                    const Capabilities& capabilities);

/// `text` made safe to print: control characters (also escape, tab and newline) and malformed bytes
/// become '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace mlops::render
