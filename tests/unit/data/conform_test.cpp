#include "data/conform.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "data/inference.hpp"
#include "data/reader.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Schema schema_of(std::string_view csv, InferenceOptions options = {}) {
  const ReadResult read = read_table_from_bytes(csv, "train.csv");
  return infer_schema(read.table, read.dialect, options).schema;
}

Schema sample_schema() {
  return schema_of(
      "number,flag,level,code,day,target\n"
      "1.5,Yes,red,3,2024-01-02,0\n"
      "10,No,green,1,2024-02-03,1\n"
      "-4,Yes,red,3,2024-03-04,1\n"
      ",No,,2,,0\n",
      {.target = "target", .kinds = {{"code", ColumnKind::category}}});
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

std::string issue_of(const std::vector<CellIssue>& issues) {
  return issues.empty() ? "" : std::string(to_string(issues.back().code));
}

}  // namespace

TEST_SUITE("data/conform") {
  TEST_CASE("text becomes cells by the kind of its column") {
    const RowConformer conformer(sample_schema());
    REQUIRE(conformer.feature_names() ==
            std::vector<std::string>{"number", "flag", "level", "code", "day"});
    struct Case {
      const char* column;
      const char* text;
      double cell;
      const char* issue;
    };
    const Case cases[] = {
        {"number", "1.5", 1.5, ""},
        {"number", " 3 ", 3, ""},
        {"number", "+.5e1", 5, ""},
        {"number", "11", 11, "out_of_range"},
        {"number", "-4.1", -4.1, "out_of_range"},
        {"number", "", NAN, ""},
        {"number", "NA", NAN, ""},
        {"number", "null", NAN, ""},
        {"number", "abc", NAN, "not_a_number"},
        {"number", "1,5", NAN, "not_a_number"},
        {"number", "inf", NAN, "not_finite"},
        {"number", "1e999", NAN, "not_finite"},
        {"number", "true", 1, ""},
        {"flag", "Yes", 1, ""},
        {"flag", "No", 0, ""},
        {"flag", "no", 0, ""},
        {"flag", "TRUE", 1, ""},
        {"flag", "0", 0, ""},
        {"flag", "perhaps", NAN, "not_a_number"},
        {"flag", "?", NAN, ""},
        {"level", "red", 0, ""},
        {"level", " green", 1, ""},
        {"level", "Red", -1, "unseen_category"},
        {"level", "", NAN, ""},
        {"code", "3", 0, ""},
        {"code", "1", 1, ""},
        {"code", "3.0", 0, ""},
        {"code", "4", -1, "unseen_category"},
        {"code", "x", -1, "unseen_category"},
        {"day", "2024-01-02", 1704153600, ""},
        {"day", "2024-01-02T12:00:00Z", 1704196800, ""},
        {"day", "2025-01-02", 1735776000, "out_of_range"},
        {"day", "2024-13-02", NAN, "not_a_number"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.column);
      CAPTURE(c.text);
      std::vector<CellIssue> issues;
      const double cell =
          conformer.from_text(*conformer.feature_index(c.column), c.text, 7, issues);
      CHECK(same_bits(cell, c.cell));
      CHECK(issue_of(issues) == c.issue);
      if (issues.empty()) continue;
      CHECK(issues[0].row == 7);
      CHECK(issues[0].column == c.column);
    }
  }

  TEST_CASE("numbers and truth values become the same cells as their texts") {
    const RowConformer conformer(sample_schema());
    struct Case {
      const char* column;
      double number;
      const char* text;
    };
    const Case cases[] = {
        {"number", 1.5, "1.5"},
        {"number", 0.1, "0.1"},
        {"number", 1e300, "1e300"},
        {"number", -0.0, "-0"},
        {"number", kInfinity, "inf"},
        {"number", 4.35, "4.35"},
        {"flag", 1, "1"},
        {"flag", 0, "0"},
        {"flag", 2, "2"},
        {"level", 3, "3"},
        {"code", 3, "3"},
        {"code", 2, "2"},
        {"code", 5, "5"},
        {"code", 3.5, "3.5"},
        {"day", 1704153600, "1704153600"},
        {"number", NAN, "NaN"},
        {"level", NAN, "NaN"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.column);
      CAPTURE(c.text);
      const std::size_t feature = *conformer.feature_index(c.column);
      std::vector<CellIssue> by_number;
      std::vector<CellIssue> by_text;
      CHECK(same_bits(conformer.from_number(feature, c.number, 0, by_number),
                      conformer.from_text(feature, c.text, 0, by_text)));
      CHECK(issue_of(by_number) == issue_of(by_text));
    }
    for (const char* column : {"number", "flag", "level", "code", "day"}) {
      for (const bool value : {false, true}) {
        CAPTURE(column);
        CAPTURE(value);
        const std::size_t feature = *conformer.feature_index(column);
        std::vector<CellIssue> by_truth;
        std::vector<CellIssue> by_text;
        CHECK(same_bits(conformer.from_boolean(feature, value, 0, by_truth),
                        conformer.from_text(feature, value ? "true" : "false", 0, by_text)));
        CHECK(issue_of(by_truth) == issue_of(by_text));
      }
    }
  }

  TEST_CASE("codes with leading zeros are found by text and by value") {
    const Schema schema = schema_of("zip,y\n09001,0\n10002,1\n09001,1\n", {.target = "y"});
    const RowConformer conformer(schema);
    std::vector<CellIssue> issues;
    CHECK(conformer.from_text(0, "09001", 0, issues) == 0);
    CHECK(conformer.from_text(0, "9001", 0, issues) == 0);
    CHECK(conformer.from_number(0, 9001, 0, issues) == 0);
    CHECK(conformer.from_number(0, 10002, 0, issues) == 1);
    CHECK(issues.empty());
  }

  TEST_CASE("columns are known by name and by role") {
    const RowConformer conformer(sample_schema());
    CHECK(conformer.feature_index("level") == 2);
    CHECK_FALSE(conformer.feature_index("target"));
    CHECK_FALSE(conformer.feature_index("Level"));
    CHECK(conformer.knows_column("target"));
    CHECK_FALSE(conformer.knows_column("Level"));
  }

  TEST_CASE("a long value is cut in the issue, never inside a character") {
    const RowConformer conformer(sample_schema());
    std::vector<CellIssue> issues;
    std::string value = "x";
    for (int i = 0; i < 80; ++i) value += "é";
    (void)conformer.from_text(2, value, 0, issues);
    REQUIRE(issues.size() == 1);
    CHECK(issues[0].value.size() == 99);
    CHECK(issues[0].value.ends_with("é"));
  }

  TEST_CASE("a table conforms by names, and gives the bits that its cells give one by one") {
    const RowConformer conformer(sample_schema());
    const ReadResult read = read_table_from_bytes(
        "extra,day,level,number,flag,target\n"
        "9,2024-02-03,green,2.25,No,1\n"
        "9,2024-02-03,blue,99,yes,0\n"
        "9,,red,NA,,0\n",
        "new.csv");
    const ConformedRows rows = conformer.from_table(read.table);
    CHECK(rows.n_rows == 3);
    CHECK(rows.n_features == 5);
    const double expected[3][5] = {{2.25, 0, 1, NAN, 1706918400},
                                   {99, 1, kUnseenCategory, NAN, 1706918400},
                                   {NAN, NAN, 0, NAN, NAN}};
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t i = 0; i < 5; ++i) {
        CAPTURE(row);
        CAPTURE(i);
        CHECK(same_bits(rows.row(row)[i], expected[row][i]));
      }
    }
    std::vector<std::string> told;
    for (const CellIssue& issue : rows.issues) {
      told.push_back(std::string(to_string(issue.code)) + " " + issue.column + " " +
                     std::to_string(issue.row));
    }
    CHECK(told == std::vector<std::string>{"missing_column code 0", "out_of_range number 1",
                                           "unseen_category level 1", "unknown_column extra 0"});
    CHECK(rows.issues.back().feature == SIZE_MAX);
  }

  TEST_CASE("cells go back to the text they came from") {
    const RowConformer conformer(sample_schema());
    struct Case {
      const char* column;
      const char* text;
    };
    const Case cases[] = {{"number", "1.5"}, {"number", "100000"}, {"flag", "Yes"},
                          {"flag", "No"},    {"level", "red"},     {"code", "2"},
                          {"level", ""},     {"number", ""},       {"day", "2024-02-29"}};
    for (const Case& c : cases) {
      CAPTURE(c.text);
      std::vector<CellIssue> issues;
      const std::size_t feature = *conformer.feature_index(c.column);
      CHECK(conformer.to_text(feature, conformer.from_text(feature, c.text, 0, issues)) == c.text);
    }
    CHECK(conformer.to_text(2, kUnseenCategory).empty());
  }

  TEST_CASE("decimal commas and thousands of the training file are understood in requests") {
    const Schema schema = schema_of("a;b\n1,5;0\n2,25;1\n1.234,5;1\n", {.target = "b"});
    const RowConformer conformer(schema);
    std::vector<CellIssue> issues;
    CHECK(conformer.from_text(0, "1,75", 0, issues) == 1.75);
    CHECK(conformer.from_text(0, "1.100,5", 0, issues) == 1100.5);
    CHECK(conformer.from_text(0, "1.75", 0, issues) == 1.75);
    CHECK(issues.empty());
  }

  TEST_CASE("the target is matched to its classes or taken as numbers") {
    const Schema binary = schema_of("x,y\n1,1\n2,2\n3,1\n");
    const Table table = read_table_from_bytes("y,x\n2,0\n1,0\nNA,0\n3,0\n", "new.csv").table;
    CHECK(target_classes(table, binary) ==
          std::vector<std::uint32_t>{1, 0, kMissingCode, kMissingCode});
    const Table text = read_table_from_bytes("y,x\n2,0\n1.0,0\nx,0\ny,0\nz,0\n", "new.csv").table;
    CHECK(target_classes(text, binary) ==
          std::vector<std::uint32_t>{1, 0, kMissingCode, kMissingCode, kMissingCode});
    const Table none = read_table_from_bytes("x\n2\n1\n", "new.csv").table;
    CHECK(target_classes(none, binary) == std::vector<std::uint32_t>{kMissingCode, kMissingCode});

    const Schema amounts = schema_of("x,y\n1,0.5\n2,\n3,1\n");
    const std::vector<double> values =
        target_values(read_table_from_bytes("y\n7\nNA\n", "new.csv").table, amounts);
    CHECK(values[0] == 7);
    CHECK(std::isnan(values[1]));
  }
}
