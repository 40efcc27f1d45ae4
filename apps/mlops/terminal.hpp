// stdout and stderr as the commands see them: one write per message, and the decision what the
// stream can show (a terminal? how wide? colour? Unicode?), taken once per stream.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "render/capabilities.hpp"

namespace mlops::app {

enum class ColorChoice { automatic, always, never };

std::string_view to_string(ColorChoice choice) noexcept;  ///< "auto", "always", "never"
std::optional<ColorChoice> parse_color_choice(std::string_view text) noexcept;

/// Reads one environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's environment.
[[nodiscard]] Environment process_environment();

/// The facts a decision is taken from; the real ones come from `probe_stream`.
struct StreamFacts {
  bool is_terminal = false;
  std::optional<unsigned> window_columns;  ///< what the terminal driver says
  std::optional<unsigned> window_rows;
  bool utf8_locale = false;
  int utc_offset_minutes = 0;
};

[[nodiscard]] StreamFacts probe_stream(int file_descriptor);

/// What the user asked for.
struct DisplayWishes {
  ColorChoice color = ColorChoice::automatic;
  bool ascii = false;
};

/// First match wins for colour: --color, NO_COLOR, CLICOLOR_FORCE or FORCE_COLOR, TERM=dumb or
/// unset, is it a terminal. Width: the window, COLUMNS, 80. Unicode: not --ascii, a UTF-8 locale,
/// and a TERM other than linux and dumb. Sources: no-color.org; bixense.com/clicolors.
[[nodiscard]] render::Capabilities decide_capabilities(const StreamFacts& facts,
                                                       const DisplayWishes& wishes,
                                                       const Environment& environment);

/// Thrown when the reader of stdout has gone (`mlops list | head -1`): not a failure.
struct ReaderGone {};

/// An output stream with its capabilities. Not synchronised: one thread writes.
class Terminal {
 public:
  enum class Stream { out, err };

  Terminal(Stream stream, render::Capabilities capabilities)
      : stream_(stream), capabilities_(capabilities) {}

  [[nodiscard]] const render::Capabilities& capabilities() const noexcept { return capabilities_; }
  /// Re-reads the window's size, after SIGWINCH.
  void refresh_size();

  /// All of `text`, in one write where the system allows. On stdout throws Error{io} when the
  /// system refuses and ReaderGone when nobody reads; stderr swallows both.
  void write(std::string_view text);
  /// `text` and a newline.
  void write_line(std::string_view text);
  /// One JSON document on one line.
  void write_json(const Json& document);

 private:
  Stream stream_;
  render::Capabilities capabilities_;
};

}  // namespace mlops::app
