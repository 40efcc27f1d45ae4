#include "data/reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/shared_data.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

using Texts = std::vector<std::string>;

Texts cells(const TableColumn& column) {
  Texts result;
  for (std::size_t row = 0; row < column.n_rows(); ++row) result.push_back(column.text(row));
  return result;
}

ReadResult read(std::string_view text, const ReadOptions& options = {}) {
  return read_table_from_bytes(text, "test.csv", options);
}

}  // namespace

TEST_SUITE("data/reader") {
  TEST_CASE("a plain file becomes numbers and texts") {
    const ReadResult result = read("name,age,city\nAnn,31,Paris\nBob,,Rome\n");
    CHECK(result.table.n_rows == 2);
    CHECK(result.table.names() == Texts{"name", "age", "city"});
    CHECK(result.table.columns[1].numeric);
    CHECK(cells(result.table.columns[1]) == Texts{"31", ""});
    CHECK(cells(result.table.columns[2]) == Texts{"Paris", "Rome"});
    CHECK(result.findings.empty());
  }

  TEST_CASE("real sets are read whole, each with its separator and its numbers") {
    struct Case {
      const char* file;
      std::size_t n_rows;
      std::size_t n_columns;
      std::size_t n_numeric;
      char separator;
      std::string line_end;
    };
    const Case cases[] = {
        {"telco-churn/data.csv", 7043, 21, 4, ',', "lf"},
        {"adult/data.csv", 32561, 15, 6, ',', "lf"},
        {"penguins/data.csv", 344, 8, 5, ',', "lf"},
        {"california-housing/data.csv", 20640, 10, 9, ',', "lf"},
        {"wine-quality/data.csv", 4898, 12, 12, ';', "lf"},
        {"bike-sharing-hourly/data.csv", 17379, 17, 16, ',', "crlf"},
        {"elec2/data.csv", 45312, 9, 8, ',', "lf"},
        {"beijing-pm25/data.csv", 43824, 13, 12, ',', "crlf"},
        {"covertype-20k/data.csv", 20000, 55, 55, ',', "lf"},
        {"diamonds/data.csv", 53940, 10, 7, ',', "lf"},
        {"skin-segmentation/data.csv", 245057, 4, 4, '\t', "crlf"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.file);
      if (!test::shared_data_available(c.file)) continue;
      const ReadResult result = read_table(test::shared_data_root() / c.file);
      CHECK(result.table.n_rows == c.n_rows);
      CHECK(result.table.columns.size() == c.n_columns);
      CHECK(static_cast<std::size_t>(std::count_if(
                result.table.columns.begin(), result.table.columns.end(),
                [](const TableColumn& column) { return column.numeric; })) == c.n_numeric);
      CHECK(result.dialect.separator == c.separator);
      CHECK(result.dialect.line_end == c.line_end);
      CHECK(result.dialect.header);
      CHECK(result.findings.empty());
    }
  }
}
