#include "render/table.hpp"

#include <doctest/doctest.h>

#include "capabilities_of.hpp"

using namespace mlops;
using namespace mlops::render;

namespace {

Table sample_table() {
  Table table({{.title = "name"},
               {.title = "rows", .align = Align::right, .shrinks = false},
               {.title = "remark"}});
  table.add_row({"churn", "1,204", {"fine", Role::good}});
  table.add_row({"東京", "7", ""});
  return table;
}

}  // namespace

TEST_SUITE("apps/table") {
  TEST_CASE("people get aligned columns") {
    CHECK(to_text(sample_table(), samples::terminal_of(80)) ==
          "NAME    ROWS  REMARK\n"
          "churn  1,204  fine\n"
          "東京       7  \n");
  }

  TEST_CASE("programs get tabs, no styles and no cut") {
    Table table = sample_table();
    table.add_row({std::string(200, 'x'), "1", "a\tb\x1b[31m"});
    const std::string text = to_text(table, {.color = false});
    CHECK(text == "name\trows\tremark\nchurn\t1,204\tfine\n東京\t7\t-\n" + std::string(200, 'x') +
                      "\t1\ta?b?[31m\n");
  }

  TEST_CASE("a narrow terminal shrinks the widest column and never overflows") {
    Table table({{.title = "name"}, {.title = "n", .shrinks = false}});
    table.add_row({"a_very_long_name_of_a_feature", "123456"});
    CHECK(to_text(table, samples::terminal_of(20)) == "NAME          N\na_very…ature  123456\n");
    for (unsigned columns = 1; columns < 40; ++columns) {
      CAPTURE(columns);
      const std::string text = to_text(table, samples::terminal_of(columns));
      std::size_t begin = 0;
      for (std::size_t end = text.find('\n'); end != std::string::npos;
           end = text.find('\n', begin)) {
        CHECK(cell_width(text.substr(begin, end - begin)) <= columns);
        begin = end + 1;
      }
    }
  }

  TEST_CASE("colour changes no widths") {
    const std::string colored = to_text(sample_table(), samples::color_terminal_of(80));
    CHECK(colored.find("\x1b[32mfine\x1b[0m") != std::string::npos);
    CHECK(cell_width(colored) == cell_width(to_text(sample_table(), samples::terminal_of(80))));
  }

  TEST_CASE("rows are filled to the number of titles") {
    Table table({{.title = "a"}, {.title = "b"}});
    table.add_row({"1"});
    CHECK(to_text(table, {}) == "a\tb\n1\t-\n");
    CHECK(to_text(Table(std::vector<Column>{}), {}).empty());
  }
}
