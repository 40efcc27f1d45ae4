#include "data/read_wishes.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "data/csv_writer.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

using Texts = std::vector<std::string>;

InferenceResult infer_said(std::string_view csv, const InferenceOptions& said) {
  const ReadResult read = read_table_from_bytes(csv, "said.csv", read_as_said({}, said));
  return infer_schema(read.table, read.dialect, said);
}

Schema schema_of(std::string_view csv, const InferenceOptions& said) {
  return infer_said(csv, said).schema;
}

std::string code_of(std::string_view csv, const ReadOptions& options) {
  try {
    (void)read_table_from_bytes(csv, "new.csv", options);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

/// 300 rows of "x,y" whose x is a number but in row 7.
std::string one_odd_cell() {
  std::string csv = "x,y\n";
  for (int i = 0; i < 300; ++i) csv += (i == 7 ? "odd" : std::to_string(i * 3 % 17)) + ",1\n";
  return csv;
}

}  // namespace

TEST_SUITE("data/read_wishes") {
  TEST_CASE("what the user says of a column decides how its odd cell is read") {
    const std::string csv = one_odd_cell();
    CHECK(code_of(csv, {}) == "data.bad_number");
    CHECK(code_of(csv, read_as_said({}, {.kinds = {{"x", ColumnKind::number}}})) ==
          "data.bad_number");
    const InferenceOptions levels{.kinds = {{"x", ColumnKind::category}}, .choose_target = false};
    CHECK(schema_of(csv, levels).columns[0].categories.size() == 18);
    CHECK(schema_of(csv, {.drop = {"x"}, .choose_target = false}).columns[0].role ==
          ColumnRole::ignored);
    CHECK(schema_of(csv, {.kinds = {{"x", ColumnKind::text}}, .choose_target = false})
              .columns[0]
              .kind == ColumnKind::text);
  }

  TEST_CASE("whole numbers that are dates are read as such when the format is said") {
    const Schema schema =
        schema_of("d,y\n20240102,1\n20240203,2\n", {.kinds = {{"d", ColumnKind::datetime}},
                                                    .datetime_formats = {{"d", "%Y%m%d"}},
                                                    .choose_target = false});
    CHECK(schema.columns[0].minimum == 1704153600);
  }

  TEST_CASE("new rows are read as the schema's columns, odd cells elsewhere disturb nobody") {
    const Schema schema = schema_of("n,code,flag,note,y\n1.5,3,0,5,a\n2,4,1,5,b\n-1,3,0,5,a\n",
                                    {.target = "y", .kinds = {{"code", ColumnKind::category}}});
    const ReadOptions options = read_to_fit({}, schema);
    const Table table =
        read_table_from_bytes("n,code,note,y\n1,007,x,1\n2,8,2,odd\n", "new.csv", options).table;
    CHECK(table.columns[0].numeric);
    CHECK(table.columns[1].dictionary == Texts{"007", "8"});
    CHECK(code_of("n,code\n1,2\nmany,3\nfew,3\n", options) == "data.bad_number");
    CHECK(code_of("n,code,note\n1,2,3\n2,3,4\n3,3,many\n", options) == "none");
  }

  TEST_CASE(
      "missing markers and doubtful commas are the training file's, clear numbers their own") {
    const Schema schema = schema_of("a;y\n1,5;0\n-999;1\n2,5;1\n", {});
    Schema marked = schema;
    marked.missing_markers = {"-999"};
    CHECK(read_to_fit({}, marked).missing_markers == Texts{"-999"});
    CHECK(read_to_fit({.missing_markers = Texts{"x"}}, marked).missing_markers == Texts{"x"});
    REQUIRE(schema.decimal == ',');
    const auto first_cell = [&](std::string_view csv) {
      return read_table_from_bytes(csv, "new.csv", read_to_fit({}, schema))
          .table.columns[0]
          .text(0);
    };
    CHECK(first_cell("a;y\n1,234;0\n") == "1.234");
    CHECK(first_cell("a;y\n12,5;0\n") == "12.5");
    CHECK(first_cell("a;y\n12.5;0\n") == "12.5");
    CHECK(first_cell("a,y\n12.5,0\n") == "12.5");
  }

  TEST_CASE("a written table comes back with its words, whatever they look like") {
    const InferenceOptions said{.kinds = {{"level", ColumnKind::category}}, .choose_target = false};
    const ReadOptions as_found =
        read_as_said({.header = true, .missing_markers = Texts{"-999"}}, said);
    const ReadResult first =
        read_table_from_bytes("level,1999\nNA,5\n007,-999\n-,7\nx,8\n", "first.csv", as_found);
    const Schema schema = infer_schema(first.table, first.dialect, said).schema;
    const Table again =
        read_table_from_bytes(to_csv(first.table), "again.csv", read_as_written(schema)).table;
    REQUIRE(again.names() == first.table.names());
    for (std::size_t i = 0; i < again.columns.size(); ++i) {
      for (std::size_t row = 0; row < again.n_rows; ++row) {
        CAPTURE(i);
        CAPTURE(row);
        CHECK(again.columns[i].text(row) == first.table.columns[i].text(row));
        CHECK(again.columns[i].is_missing(row) == first.table.columns[i].is_missing(row));
      }
    }
  }
}
