// What the place where text goes can show. Filled in by Terminal from the real stream, by tests
// by hand; the only thing renderers know about the outside.
#pragma once

namespace mlops::render {

/// A stream's abilities. The default is a pipe: no escapes, no limits.
struct Capabilities {
  bool terminal = false;  ///< a person is looking: align, shorten, draw boxes
  unsigned columns = 80;  ///< width in cells; only binding on a terminal
  unsigned rows = 24;     ///< height in cells; only used by live screens
  bool color = false;     ///< the 16 ANSI colours, bold and dim
  bool unicode = false;   ///< box drawing, block elements, braille, check marks
  bool live = false;      ///< the cursor can be moved: progress bars, --watch frames
  /// Minutes that the reader's time zone is ahead of UTC now; times on a terminal count in it.
  int utc_offset_minutes = 0;
};

}  // namespace mlops::render
