// The live screen's bytes and keys.
#include <doctest/doctest.h>

#include "capabilities_of.hpp"
#include "live_screen.hpp"
#include "render/cells.hpp"
#include "render/frame.hpp"
#include "render/watch_frame.hpp"

using namespace mlops;
using namespace mlops::render;
using app::Key;

namespace {

std::vector<Key> keys_of(std::string_view bytes) {
  std::vector<Key> keys;
  while (!bytes.empty()) keys.push_back(app::take_key(bytes));
  return keys;
}

}  // namespace

TEST_SUITE("apps/live") {
  TEST_CASE("the first frame is whole, later ones only what changed") {
    FramePainter painter;
    const auto screen = samples::terminal_of(20);
    CHECK(painter.paint({"one", "two", "three"}, screen) ==
          "\x1b[?2026h\x1b[Hone\x1b[K\r\ntwo\x1b[K\r\nthree\x1b[K\x1b[J\x1b[?2026l");
    CHECK(painter.paint({"one", "2", "three"}, screen) == "\x1b[?2026h\x1b[2;1H2\x1b[K\x1b[?2026l");
    CHECK(painter.paint({"one", "2", "three"}, screen).empty());
    CHECK(painter.paint({"1", "II", "three"}, screen).starts_with("\x1b[?2026h\x1b[H1"));
  }

  TEST_CASE("another size, another number of lines or a lost screen mean a whole frame") {
    FramePainter painter;
    const auto whole = [&painter](const Lines& lines, unsigned columns) {
      return painter.paint(lines, samples::terminal_of(columns)).starts_with("\x1b[?2026h\x1b[H");
    };
    CHECK(whole({"a", "b", "c"}, 20));
    CHECK_FALSE(whole({"a", "b", "x"}, 20));
    CHECK(whole({"a", "b", "c"}, 21));
    CHECK(whole({"a", "b"}, 21));
    painter.forget();
    CHECK(whole({"a", "b"}, 21));
  }

  TEST_CASE("frames are cut to the screen") {
    FramePainter painter;
    auto screen = samples::terminal_of(3);
    screen.rows = 2;
    CHECK(painter.paint({"abcdef", "b", "c"}, screen) ==
          "\x1b[?2026h\x1b[Habc\x1b[K\r\nb\x1b[K\x1b[J\x1b[?2026l");
  }

  TEST_CASE("scrolling stops at the end and keeps the footer") {
    auto screen = samples::terminal_of(20);
    screen.rows = 3;
    const Lines lines = {"1", "2", "3", "4"};
    CHECK(scrolled(lines, 0, "keys", screen).lines == Lines{"1", "2", "keys"});
    CHECK(scrolled(lines, 1, "keys", screen).lines == Lines{"2", "3", "keys"});
    const Scrolled end = scrolled(lines, 99, "keys", screen);
    CHECK(end.lines == Lines{"3", "4", "keys"});
    CHECK(end.first == 2);
    CHECK(scrolled({"1"}, 5, "keys", screen).lines == Lines{"1", "", "keys"});
    screen.rows = 1;
    CHECK(scrolled(lines, 0, "keys", screen).lines == Lines{"keys"});
  }

  TEST_CASE("the last line keeps what matters most, and how much is below") {
    const std::vector<std::string> parts = {"q quit", "? help", "d all"};
    CHECK(watch_footer(parts, "", samples::terminal_of(40)) == "q quit   ? help   d all");
    CHECK(watch_footer(parts, "", samples::terminal_of(20)) == "q quit   ? help");
    CHECK(watch_footer(parts, "12 more below", samples::terminal_of(36)) ==
          "q quit   ? help        12 more below");
    CHECK(watch_footer(parts, "12 more below", samples::terminal_of(20)) == "q quit   ? help");
    CHECK(watch_footer(parts, "12 more below", samples::terminal_of(3)).empty());
  }

  TEST_CASE("the page of keys fits a small screen") {
    for (const bool unicode : {true, false}) {
      auto screen = samples::terminal_of(80);
      screen.unicode = unicode;
      const Lines lines = watch_keys(screen);
      CHECK(lines.size() < 23);  // one screen
      for (const std::string& line : lines) CHECK(cell_width(line) <= 60);
    }
  }

  TEST_CASE("keys are recognised in what a terminal sends") {
    CHECK(keys_of("q") == std::vector<Key>{Key::quit});
    CHECK(keys_of("\x1b[A\x1b[B") == std::vector<Key>{Key::up, Key::down});
    CHECK(keys_of("\x1bOC\r ") == std::vector<Key>{Key::right, Key::open, Key::refresh});
    CHECK(keys_of("\x1b[5~\x1b[6~") == std::vector<Key>{Key::page_up, Key::page_down});
    CHECK(keys_of("\x1b") == std::vector<Key>{Key::back});
    CHECK(keys_of("?davyn") == std::vector<Key>{Key::help, Key::details, Key::acknowledge,
                                                Key::versions, Key::yes, Key::next});
    CHECK(keys_of("\x1b[H\x1b[4~gG") == std::vector<Key>{Key::home, Key::end, Key::home, Key::end});
    CHECK(keys_of("zzz") == std::vector<Key>{Key::none});
    CHECK(keys_of("zq") == std::vector<Key>{Key::quit});
  }
}
