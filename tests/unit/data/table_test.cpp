#include "data/table.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "data/csv_writer.hpp"
#include "data/reader.hpp"
#include "data/text_index.hpp"

using namespace mlops::data;

namespace {

TableColumn numbers(std::string name, std::vector<double> values) {
  TableColumn column;
  column.name = std::move(name);
  column.numeric = true;
  column.numbers = std::move(values);
  return column;
}

TableColumn texts(std::string name, const std::vector<std::string>& values) {
  TableColumn column;
  column.name = std::move(name);
  TextIndex index;
  for (const std::string& value : values) {
    column.codes.push_back(value.empty() ? kMissingCode : index.intern(value));
  }
  column.dictionary = std::move(index).take_texts();
  return column;
}

Table table_of(std::vector<TableColumn> columns) {
  Table table;
  table.n_rows = columns.front().n_rows();
  table.columns = std::move(columns);
  return table;
}

std::vector<std::string> cells(const TableColumn& column) {
  std::vector<std::string> result;
  for (std::size_t row = 0; row < column.n_rows(); ++row) result.push_back(column.text(row));
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE("data/table") {
  TEST_CASE("a cell as text is the shortest decimal, the word, or nothing") {
    const Table table = table_of({numbers("x", {1, 0.1, NAN}), texts("w", {"b", "", "a"})});
    CHECK(cells(table.columns[0]) == Texts{"1", "0.1", ""});
    CHECK(cells(table.columns[1]) == Texts{"b", "", "a"});
    CHECK(table.find("w") == &table.columns[1]);
    CHECK(table.find("W") == nullptr);
    CHECK(table.names() == Texts{"x", "w"});
  }

  TEST_CASE("rows are selected in the order asked for, also twice") {
    const Table table = table_of({numbers("x", {1, 2, 3}), texts("w", {"a", "", "c"})});
    const Table some = table.select_rows({2, 0, 2});
    CHECK(some.n_rows == 3);
    CHECK(cells(some.columns[0]) == Texts{"3", "1", "3"});
    CHECK(cells(some.columns[1]) == Texts{"c", "a", "c"});
    CHECK(table.select_rows({}).n_rows == 0);
  }

  TEST_CASE("append matches columns by name and fills what is absent") {
    Table table = table_of({numbers("x", {1}), texts("w", {"a"}), numbers("only_here", {7})});
    table.append(
        table_of({texts("w", {"b", "a"}), numbers("x", {2, NAN}), numbers("new", {0, 0})}));
    CHECK(table.n_rows == 3);
    CHECK(table.names() == Texts{"x", "w", "only_here"});
    CHECK(cells(table.columns[0]) == Texts{"1", "2", ""});
    CHECK(cells(table.columns[1]) == Texts{"a", "b", "a"});
    CHECK(cells(table.columns[2]) == Texts{"7", "", ""});
    CHECK(table.columns[1].dictionary == Texts{"a", "b"});
  }

  TEST_CASE("numbers and text under one name become text") {
    Table left = table_of({numbers("x", {1.5, NAN})});
    left.append(table_of({texts("x", {"one", ""})}));
    CHECK_FALSE(left.columns[0].numeric);
    CHECK(cells(left.columns[0]) == Texts{"1.5", "", "one", ""});

    Table right = table_of({texts("x", {"one", "2"})});
    right.append(table_of({numbers("x", {2, NAN})}));
    CHECK(cells(right.columns[0]) == Texts{"one", "2", "2", ""});
    CHECK(right.columns[0].dictionary == Texts{"one", "2"});
  }
}

TEST_SUITE("data/csv_writer") {
  TEST_CASE("what is written is read back to the same cells") {
    const double missing = std::nan("");
    const Table tables[] = {
        table_of({numbers("x, y", {1, 0.1, missing}), texts("w", {"a \"b\"", "", "line\nbreak"})}),
        table_of({numbers("only", {1, missing, 3})}),
        table_of({texts("only", {"", "b", ""})}),
        table_of({texts("sep=;", {"x"}), texts("'y'", {"sep=,"})}),
        table_of({texts("\xEF\xBB\xBFmark", {"x"}), texts("b", {"\x01"})}),
    };
    for (const Table& table : tables) {
      const std::string csv = to_csv(table);
      CAPTURE(csv);
      const Table back =
          read_table_from_bytes(csv, "back.csv", {.separator = ',', .header = true}).table;
      REQUIRE(back.names() == table.names());
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        CHECK(cells(back.columns[i]) == cells(table.columns[i]));
      }
    }
  }
}

TEST_SUITE("data/text_index") {
  TEST_CASE("texts of every length are numbered once, in order of appearance") {
    TextIndex index;
    std::vector<std::string> all;
    for (std::size_t length = 0; length < 70; ++length) {
      for (const char letter : {'a', 'b'}) {
        std::string text(length, 'x');
        if (length > 0) text[length / 2] = letter;
        if (length == 0 && letter == 'b') continue;
        all.push_back(text);
        CHECK(index.intern(text) == all.size() - 1);
      }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(all[i]);
      CHECK(index.find(all[i]) == i);
      CHECK(index.intern(all[i]) == i);
    }
    CHECK(index.find("absent") == TextIndex::kAbsent);
    CHECK(std::move(index).take_texts() == all);
  }

  TEST_CASE("a taken-over list keeps its numbers, a repeated text its first one") {
    const TextIndex index(std::vector<std::string>{"b", "a", "b", std::string("\0", 1)});
    CHECK(index.find("b") == 0);
    CHECK(index.find("a") == 1);
    CHECK(index.find(std::string_view("\0", 1)) == 3);
    CHECK(index.find("") == TextIndex::kAbsent);
    CHECK(TextIndex().find("a") == TextIndex::kAbsent);
  }
}
