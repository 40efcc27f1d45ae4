// The terminal while a program owns it: alternate screen, no cursor, keys without Enter. Whatever
// ends the program short of SIGKILL, the terminal is as it was.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "render/frame.hpp"
#include "terminal.hpp"

namespace mlops::app {

/// What somebody pressed.
enum class Key {
  none,
  quit,
  up,
  down,
  left,
  right,
  page_up,
  page_down,
  home,
  end,
  open,
  back,
  next,
  details,
  versions,
  acknowledge,
  yes,
  help,
  refresh
};

/// The key that the bytes read from a terminal begin with; `bytes` loses them. Unknown bytes are
/// dropped one by one. Source: xterm control sequences, "PC-Style Function Keys".
[[nodiscard]] Key take_key(std::string_view& bytes) noexcept;

/// Takes the screen in its constructor and gives it back in its destructor, on a second SIGINT, on
/// std::terminate, and while the program is stopped (SIGTSTP). One at a time; one thread.
class LiveScreen {
 public:
  explicit LiveScreen(Terminal& terminal);
  LiveScreen(const LiveScreen&) = delete;
  LiveScreen& operator=(const LiveScreen&) = delete;
  ~LiveScreen();

  /// Re-reads the terminal's size; before lines for it are made.
  void refresh_size();

  /// Shows the lines with one write.
  void show(const render::Lines& lines);

  /// Waits for a key, at most `limit`; returns early with Key::none when a signal came, and with
  /// Key::refresh when the size changed or the program was continued after a stop.
  [[nodiscard]] Key wait_for_key(std::chrono::milliseconds limit);

 private:
  Terminal& terminal_;
  render::FramePainter painter_;
  std::string pending_;
};

/// Gives the terminal back if a LiveScreen has it. Async-signal-safe.
void restore_terminal() noexcept;

}  // namespace mlops::app
