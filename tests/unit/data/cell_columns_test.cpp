#include "data/cell_columns.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "support/described.hpp"

using namespace mlops;
using data::ColumnKind;
using test::described;

namespace {

data::TableColumn numbers(const char* name, std::vector<double> values) {
  data::TableColumn column;
  column.name = name;
  column.numeric = true;
  column.numbers = std::move(values);
  return column;
}

data::TableColumn texts(const char* name, std::vector<std::string> dictionary,
                        std::vector<std::uint32_t> codes) {
  data::TableColumn column;
  column.name = name;
  column.dictionary = std::move(dictionary);
  column.codes = std::move(codes);
  return column;
}

/// Numbers as they stand, numbers that are levels or truth values, texts that are levels, numbers,
/// moments or nothing known, and a column that the table lacks.
data::Schema schema() {
  data::Schema schema;
  schema.columns = {described("plain", ColumnKind::number),
                    described("level", ColumnKind::category, {"7", "5"}),
                    described("flag", ColumnKind::boolean, {"1", "2"}),
                    described("color", ColumnKind::category, {"red", "blue"}),
                    described("written", ColumnKind::number),
                    described("day", ColumnKind::datetime),
                    described("absent", ColumnKind::number)};
  schema.columns[5].datetime_format = "%Y-%m-%d";
  return schema;
}

data::Table table() {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  data::Table table;
  table.n_rows = 5;
  table.columns = {numbers("plain", {1.5, -0.0, missing, 1e300, -missing}),
                   numbers("level", {5, 7, 9, missing, 5}),
                   numbers("flag", {1, 2, 3, missing, 1}),
                   texts("color", {"blue", "green", "red", "NA"}, {0, 1, 2, 3, data::kMissingCode}),
                   texts("written", {"3", "x", "inf"}, {0, 1, 2, data::kMissingCode, 0}),
                   texts("day", {"2024-01-31", "soon"}, {0, 1, 0, 0, data::kMissingCode}),
                   numbers("unknown", {1, 2, 3, 4, 5})};
  return table;
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

TEST_SUITE("data/cell_columns") {
  TEST_CASE("cells are the conformer's, to the bit, for any choice of rows") {
    const auto all = table();
    const data::RowConformer conformer(schema());
    const auto expected = conformer.from_table(all);
    const std::vector<std::vector<std::size_t>> choices = {{0, 1, 2, 3, 4}, {1, 4}, {4, 0, 0}, {}};
    for (const auto& rows : choices) {
      CAPTURE(rows.size());
      const data::CellColumns columns(conformer, all, rows);
      REQUIRE(columns.n_features() == expected.n_features);
      std::vector<double> row_cells(expected.n_features);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        columns.copy_row(i, row_cells);
        for (std::size_t feature = 0; feature < expected.n_features; ++feature) {
          CAPTURE(feature);
          CAPTURE(rows[i]);
          const double cell = expected.row(rows[i])[feature];
          CHECK(same_bits(columns.cell(i, feature), cell));
          CHECK(same_bits(row_cells[feature], cell));
        }
      }
    }
  }

  TEST_CASE("several rows are copied in the order asked for") {
    const auto all = table();
    const data::RowConformer conformer(schema());
    const data::CellColumns columns(conformer, all, {0, 1, 2, 3, 4});
    const std::vector<std::uint32_t> rows = {3, 0, 3};
    std::vector<double> cells(rows.size() * columns.n_features());
    columns.copy_rows(rows, cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      CAPTURE(i);
      const auto n = columns.n_features();
      CHECK(same_bits(cells[i], columns.cell(rows[i / n], i % n)));
    }
  }

  TEST_CASE("a column of plain numbers is not copied") {
    auto all = table();
    const data::RowConformer conformer(schema());
    const data::CellColumns columns(conformer, all, {0, 1, 2, 3, 4});
    all.columns[0].numbers[0] = 42;
    all.columns[4].codes[0] = data::kMissingCode;
    // -NaN is another NaN than a missing cell's: that column is copied.
    CHECK(columns.cell(0, 0) == 1.5);
    CHECK(std::isnan(columns.cell(0, 4)));
    all.columns[0].numbers = {1, 2, 3, 4, 5};
    const data::CellColumns plain(conformer, all, {0, 1, 2, 3, 4});
    all.columns[0].numbers[0] = 42;
    CHECK(plain.cell(0, 0) == 42);
  }
}
