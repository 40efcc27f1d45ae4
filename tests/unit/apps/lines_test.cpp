#include "render/lines.hpp"

#include <doctest/doctest.h>

#include "capabilities_of.hpp"
#include "render/cells.hpp"
#include "render/facts.hpp"

using namespace mlops;
using namespace mlops::render;

TEST_SUITE("apps/lines") {
  TEST_CASE("wrapping breaks at spaces and cuts words that are too long") {
    CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
    CHECK(wrapped("abcdefgh", 3) == Lines{"abc", "def", "gh"});
    CHECK(wrapped("", 5) == Lines{""});
    CHECK(wrapped("東京 大阪", 4) == Lines{"東京", "大阪"});
    CHECK(wrapped("ab 東京都千代田区", 6) == Lines{"ab", "東京都", "千代田", "区"});
  }

  TEST_CASE("a character wider than the room ends the wrapping instead of looping") {
    for (const std::string& line : wrapped("東京", 1)) CHECK(cell_width(line) <= 4);
  }

  TEST_CASE("flowing keeps parts whole") {
    CHECK(flowed({"now 52/min", "errors 3", "p99 1.9 ms"}, 24) ==
          Lines{"now 52/min   errors 3", "p99 1.9 ms"});
    CHECK(flowed({}, 10).empty());
  }

  TEST_CASE("a box is as wide as asked, its remark goes first when there is no room") {
    const auto people = samples::terminal_of(80);
    const Lines box = boxed({"one", "a line that is too long"},
                            {.title = "title", .remark = "remark", .width = 22}, people);
    for (const std::string& line : box) CHECK(cell_width(line) == 22);
    CHECK(box[0].find("remark") != std::string::npos);
    CHECK(boxed({}, {.title = "title", .remark = "remark", .width = 14}, people)[0] ==
          "╭─ title ────╮");
    CHECK(box[2] == "│ a line that is to… │");
    CHECK(boxed({"x"}, {.width = 8, .min_height = 5}, people).size() == 5);
    CHECK(boxed({"x"}, {.width = 3}, people) == Lines{"x"});
  }

  TEST_CASE("pieces stand next to each other") {
    CHECK(beside({"a", "bbb"}, {"1", "2", "3"}, 1) == Lines{"a   1", "bbb 2", "    3"});
    CHECK(beside({"a", "b"}, {"1"}, 1) == Lines{"a 1", "b"});
  }

  TEST_CASE("facts align for people and are tab-separated for programs") {
    Facts facts;
    facts.add("rows", "1,204");
    facts.add("absent", "");
    facts.add("read as", "csv");
    CHECK(facts.lines(samples::terminal_of(80)) == Lines{"  rows      1,204", "  read as   csv"});
    CHECK(facts.lines(samples::pipe()) == Lines{"rows\t1,204", "read as\tcsv"});
  }
}
