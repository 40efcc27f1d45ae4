// Frames of a live screen as bytes: the whole frame, or only the lines that changed, inside a
// synchronized update, so that the terminal never shows half of one.
// Source: "Synchronized Output", terminal private mode 2026; terminals that don't know it ignore
// it.
#pragma once

#include <cstddef>
#include <string>

#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

/// What is written once, before the first frame and after the last one: the alternate screen,
/// without a cursor.
inline constexpr const char* kEnterScreen = "\x1b[?1049h\x1b[?25l";
inline constexpr const char* kLeaveScreen = "\x1b[?2026l\x1b[?25h\x1b[?1049l";

/// Remembers what is on the screen.
class FramePainter {
 public:
  /// The bytes that turn the screen into `lines`; meant for one write. Lines and columns beyond the
  /// terminal are cut. Only changed lines where fewer than half of them changed and the size is the
  /// same.
  [[nodiscard]] std::string paint(const Lines& lines, const Capabilities& capabilities);

  /// Forgets the screen, after somebody else wrote on it: the next frame is whole.
  void forget();

 private:
  Lines shown_;
  unsigned columns_ = 0;
  unsigned rows_ = 0;
};

/// The part of `lines` that fits above a footer: `first` is the line at the top, taken back so that
/// no room is wasted; the footer is the last row.
struct Scrolled {
  Lines lines;
  std::size_t first = 0;
};
[[nodiscard]] Scrolled scrolled(const Lines& lines, std::size_t first, const std::string& footer,
                                const Capabilities& capabilities);

}  // namespace mlops::render
