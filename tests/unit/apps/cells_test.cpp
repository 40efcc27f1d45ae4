#include "render/cells.hpp"

#include <doctest/doctest.h>

#include "capabilities_of.hpp"

using namespace mlops;
using namespace mlops::render;

TEST_SUITE("apps/cells") {
  TEST_CASE("width counts cells, not bytes") {
    struct Case {
      const char* text;
      std::size_t width;
    };
    constexpr Case kCases[] = {
        {"", 0},
        {"plain", 5},
        {"naïve", 5},
        {"≥ 0.900", 7},
        {"東京", 4},                  // two wide characters
        {"e\u0301", 1},               // e and a combining accent
        {"🚀", 2},                     // emoji
        {"\x1b[1;31mred\x1b[0m", 3},  // escapes take no cell
        {"\xff\xfe", 2},              // malformed: one a byte
        {"\xe2\x96", 2},              // a sequence cut in the middle
        {"\xc0\xaf", 2},              // overlong
        {"\xed\xa0\x80", 3},          // a surrogate
        {"\x1b[", 0},                 // an escape that never ends
        {"⣿▁█╭", 4},
    };
    for (const Case& c : kCases) {
      CAPTURE(c.text);
      CHECK(cell_width(c.text) == c.width);
    }
  }

  TEST_CASE("padding fills to the width and leaves longer text alone") {
    CHECK(padded("ab", 4) == "ab  ");
    CHECK(padded("ab", 4, Align::right) == "  ab");
    CHECK(padded("東京", 5) == "東京 ");
    CHECK(padded("abcdef", 4) == "abcdef");
  }

  TEST_CASE("clipping never splits a character and closes styles") {
    CHECK(clipped("abcdef", 3) == "abc");
    CHECK(clipped("東京都", 5) == "東京");
    CHECK(clipped("abc", 0) == "");
    CHECK(clipped("\x1b[31mabcdef\x1b[0m", 3) == "\x1b[31mabc\x1b[0m");
    CHECK(clipped("\x1b[31mab\x1b[0mcd", 3) == "\x1b[31mab\x1b[0mc");
  }

  TEST_CASE("shortening keeps both ends and ellipsizing the beginning") {
    const auto unicode = samples::terminal_of(80);
    const auto ascii = samples::ascii_terminal_of(80);
    CHECK(shortened("customer_lifetime_value", 11, unicode) == "custo…value");
    CHECK(shortened("customer_lifetime_value", 11, ascii) == "custo..alue");
    CHECK(shortened("short", 11, unicode) == "short");
    CHECK(shortened("abcdef", 2, unicode) == "ab");
    CHECK(cell_width(shortened("東京都千代田区", 8, unicode)) <= 8);
    CHECK(ellipsized("a long remark", 7, unicode) == "a long…");
    CHECK(ellipsized("fits", 7, unicode) == "fits");
    CHECK(cell_width(ellipsized("\x1b[2mdim words\x1b[0m", 5, unicode)) == 5);
  }

  TEST_CASE("text from outside can't reach the terminal as control characters") {
    CHECK(printable("a\x1b[2Jb") == "a?[2Jb");
    CHECK(printable("tab\there\n") == "tab?here?");
    CHECK(printable("ok 東京 é") == "ok 東京 é");
    CHECK(printable("\xff") == "?");
    CHECK(printable("\xc2\x9b") == "?");  // C1 control: CSI in one character
  }
}
