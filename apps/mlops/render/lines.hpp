// A piece of a screen: lines without newlines, and the ways to put pieces together.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "render/capabilities.hpp"
#include "render/style.hpp"

namespace mlops::render {

using Lines = std::vector<std::string>;

/// Every line with a newline; on a terminal cut to its width.
[[nodiscard]] std::string join_lines(const Lines& lines, const Capabilities& capabilities);

/// `text` broken at spaces into lines of at most `width` cells; longer words are cut into pieces.
/// Requires width > 0 and text without escape sequences.
[[nodiscard]] Lines wrapped(std::string_view text, std::size_t width);

/// `parts` with three spaces between them, a new line where one would not fit. A part is never
/// broken unless it is wider than `width` itself.
[[nodiscard]] Lines flowed(const std::vector<std::string>& parts, std::size_t width);

/// A frame around `lines`, `width` cells wide in all, with a title in its upper edge and a remark
/// at that edge's right end. Longer lines end in an ellipsis, shorter ones padded.
struct Box {
  std::string title;
  std::string remark;  ///< may be empty
  std::size_t width = 0;
  std::size_t min_height = 0;  ///< of the whole box in lines; filled with empty lines
};
[[nodiscard]] Lines boxed(const Lines& lines, const Box& box, const Capabilities& capabilities);

/// Two pieces next to each other, `gap` cells between them; the left one padded to its widest line.
[[nodiscard]] Lines beside(const Lines& left, const Lines& right, std::size_t gap);

/// Appends.
void append(Lines& lines, const Lines& more);

}  // namespace mlops::render
