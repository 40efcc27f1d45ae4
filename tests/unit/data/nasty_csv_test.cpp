// Every file of nasty-csv, each by name: what its README calls right. The files are from the test
// suites of other readers; tests are skipped visibly where they are absent.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "base/json.hpp"
#include "data/inference.hpp"
#include "data/reader.hpp"
#include "support/shared_data.hpp"

using namespace mlops;
using namespace mlops::data;
using namespace std::string_literals;

namespace {

using Texts = std::vector<std::string>;

/// What came of a file: a table or an error.
struct Outcome {
  ReadResult read;
  std::string error_code;
  std::string error_message;
  std::string error_hint;
};

Outcome outcome_of(const std::string& file, const ReadOptions& options = {}) {
  Outcome outcome;
  try {
    outcome.read = read_table(test::shared_data_root() / "nasty-csv" / file, options);
  } catch (const Error& error) {
    outcome.error_code = error.code();
    outcome.error_message = error.what();
    outcome.error_hint = error.hint();
  }
  return outcome;
}

bool available(const std::string& file) {
  return test::shared_data_available("nasty-csv/" + file);
}

Texts cells(const Outcome& outcome, const std::string& column) {
  const TableColumn* found = outcome.read.table.find(column);
  if (found == nullptr) return {"no such column"};
  Texts result;
  for (std::size_t row = 0; row < found->n_rows(); ++row) result.push_back(found->text(row));
  return result;
}

bool is_numeric(const Outcome& outcome, const std::string& column) {
  const TableColumn* found = outcome.read.table.find(column);
  return found != nullptr && found->numeric;
}

std::size_t n_missing(const Outcome& outcome, const std::string& column) {
  const Texts texts = cells(outcome, column);
  return static_cast<std::size_t>(std::count(texts.begin(), texts.end(), ""));
}

Texts finding_codes(const Outcome& outcome) {
  Texts codes;
  for (const Finding& finding : outcome.read.findings) codes.push_back(finding.code);
  return codes;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

InferenceResult kinds_of(const Outcome& outcome, bool choose_target = false) {
  return infer_schema(outcome.read.table, outcome.read.dialect, {.choose_target = choose_target});
}

ColumnKind kind_of(const Outcome& outcome, const std::string& column) {
  return kinds_of(outcome).schema.find(column)->kind;
}

}  // namespace

TEST_SUITE("data/nasty_csv") {
  TEST_CASE("big_number: 82544000000000707.52 is a number") {
    if (!available("big_number.csv")) return;
    const Outcome outcome = outcome_of("big_number.csv");
    REQUIRE(is_numeric(outcome, "bignumber"));
    CHECK(outcome.read.table.find("bignumber")->numbers ==
          std::vector<double>{82544000000000707.52});
  }

  TEST_CASE("blank_lines: blank lines at the end are not rows") {
    if (!available("blank_lines.csv")) return;
    const Outcome outcome = outcome_of("blank_lines.csv");
    CHECK(cells(outcome, "a") == Texts{"1", "1"});
    CHECK(cells(outcome, "b") == Texts{"2", "2"});
  }

  TEST_CASE("boolean_columns: names that are numbers stay names, columns are boolean") {
    if (!available("boolean_columns.csv")) return;
    const Outcome outcome = outcome_of("boolean_columns.csv");
    CHECK(outcome.read.dialect.header);
    CHECK(outcome.read.table.names() == Texts{"id", "100022", "100025", "100047", "100065",
                                              "100093", "10011", "100131", "100156", "100171"});
    CHECK(cells(outcome, "100047") == Texts{"FALSE", "FALSE", "FALSE"});
    CHECK(kind_of(outcome, "100022") == ColumnKind::constant);
  }

  TEST_CASE("comma_in_quotes: the comma is text, the zip code keeps its zero") {
    if (!available("comma_in_quotes.csv")) return;
    const Outcome outcome = outcome_of("comma_in_quotes.csv");
    CHECK(outcome.read.table.n_rows == 1);
    CHECK(cells(outcome, "city") == Texts{"Anytown, WW"});
    CHECK(cells(outcome, "zip") == Texts{"08123"});
    CHECK(finding_codes(outcome) == Texts{"data.leading_zeros"});
  }

  TEST_CASE("control_a_separator: byte 1 separates, every form of number is one") {
    if (!available("control_a_separator.csv")) return;
    const Outcome outcome = outcome_of("control_a_separator.csv");
    CHECK(outcome.read.dialect.separator == '\x01');
    CHECK(outcome.read.dialect.line_end == "crlf");
    CHECK(outcome.read.table.names() ==
          Texts{"FirstName", "MiddleInitials", "LastName", "DateofBirth"});
    for (const std::string& name : outcome.read.table.names()) CHECK(is_numeric(outcome, name));
    const Texts first = cells(outcome, "FirstName");
    CHECK(first[7] == "0.6");
    CHECK(std::count(first.begin(), first.end(), "-6e+101") > 0);
    CHECK(cells(outcome, "MiddleInitials")[1].empty());
    CHECK(cells(outcome, "MiddleInitials")[2].empty());
  }

  TEST_CASE("cr_only: carriage returns end lines, but not inside quotes") {
    if (!available("cr_only.csv")) return;
    const Outcome outcome = outcome_of("cr_only.csv");
    CHECK(outcome.read.dialect.line_end == "cr");
    CHECK(outcome.read.table.names() == Texts{"a", "b", "c"});
    CHECK(cells(outcome, "a") == Texts{"1", "Once upon\ra time"});
    CHECK(cells(outcome, "c") == Texts{"3", "6"});
  }

  TEST_CASE("decimal_comma: commas and periods give the same numbers") {
    if (!available("decimal_comma.csv")) return;
    const Outcome outcome = outcome_of("decimal_comma.csv");
    CHECK(outcome.read.dialect.separator == ';');
    CHECK(outcome.read.dialect.decimal == ',');
    REQUIRE(is_numeric(outcome, "commas"));
    REQUIRE(is_numeric(outcome, "periods"));
    CHECK(outcome.read.table.find("commas")->numbers ==
          outcome.read.table.find("periods")->numbers);
    CHECK(cells(outcome, "commas") == Texts{"1.1", "0.25", "15300", "15300", "-15300"});
  }

  TEST_CASE("duplicate_headers: renamed so that every name is unique") {
    if (!available("duplicate_headers.csv")) return;
    const Outcome outcome = outcome_of("duplicate_headers.csv");
    const Texts names = outcome.read.table.names();
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == 4);
    CHECK(names[0] == "a");
    CHECK(names[3] == "a_1");
    CHECK(finding_codes(outcome) == Texts{"data.renamed_column"});
  }

  TEST_CASE("empty: a clear error") {
    if (!available("empty.csv")) return;
    const Outcome outcome = outcome_of("empty.csv");
    CHECK(outcome.error_code == "data.empty_file");
    CHECK(contains(outcome.error_message, "empty.csv"));
  }

  TEST_CASE("empty_header_cell: the nameless column gets a name") {
    if (!available("empty_header_cell.csv")) return;
    const Outcome outcome = outcome_of("empty_header_cell.csv");
    CHECK(outcome.read.table.names() == Texts{"a", "b", "c", "column_4", "e"});
    CHECK(cells(outcome, "column_4") == Texts{"4", "9"});
  }

  TEST_CASE("escaped_quotes: doubled quotes are single ones") {
    if (!available("escaped_quotes.csv")) return;
    CHECK(cells(outcome_of("escaped_quotes.csv"), "b") == Texts{"ha \"ha\" ha", "4"});
  }

  TEST_CASE("header_only: a clear error") {
    if (!available("header_only.csv")) return;
    CHECK(outcome_of("header_only.csv").error_code == "data.no_rows");
  }

  TEST_CASE("header_trailing_comma: one warning, no shift") {
    if (!available("header_trailing_comma.csv")) return;
    const Outcome outcome = outcome_of("header_trailing_comma.csv");
    CHECK(outcome.read.table.names() == Texts{"id", "name", "lat", "lon"});
    CHECK(cells(outcome, "name") == Texts{"name"});
    CHECK(finding_codes(outcome) == Texts{"data.trailing_separator"});
  }

  TEST_CASE("huge_cardinality: 66,001 different texts are an identifier") {
    if (!available("huge_cardinality.csv")) return;
    const Outcome outcome = outcome_of("huge_cardinality.csv");
    CHECK(outcome.read.table.n_rows == 66001);
    CHECK(kind_of(outcome, "X") == ColumnKind::identifier);
    CHECK(is_numeric(outcome, "Y"));
    CHECK(kind_of(outcome, "Z") == ColumnKind::number);
  }

  TEST_CASE("integer_exponent: 1E-7 among whole numbers is a number") {
    if (!available("integer_exponent.csv")) return;
    CHECK(cells(outcome_of("integer_exponent.csv"), "c") == Texts{"3", "6", "1e-07"});
    CHECK(is_numeric(outcome_of("integer_exponent.csv"), "c"));
  }

  TEST_CASE("invalid_utf8: the name can be used, the place is told") {
    if (!available("invalid_utf8.csv")) return;
    const Outcome outcome = outcome_of("invalid_utf8.csv");
    const Texts names = outcome.read.table.names();
    REQUIRE(names.size() == 3);
    CHECK(names[1] == "invalid_\xEF\xBF\xBD\xEF\xBF\xBD_part");
    CHECK(cells(outcome, names[1])[0] == "valid");
    const auto& findings = outcome.read.findings;
    CHECK(std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.code == "data.invalid_utf8" && contains(finding.message, "byte 15");
    }));
  }

  TEST_CASE("latin1: decoded, said, and never raw bytes in JSON") {
    if (!available("latin1.csv")) return;
    const Outcome outcome = outcome_of("latin1.csv");
    CHECK(outcome.read.dialect.encoding == "latin-1");
    CHECK(cells(outcome, "name")[0] == "José Álvarez");
    CHECK(cells(outcome, "name")[1] == "Müller");
    CHECK(outcome.read.table.n_rows == 12);
    CHECK(finding_codes(outcome) == Texts{"data.decoded_latin1"});
    CHECK(contains(dump_json(Json(cells(outcome, "name"))), "José"));
  }

  TEST_CASE("leading_zeros: the code keeps its zeros and is no amount") {
    if (!available("leading_zeros.csv")) return;
    const Outcome outcome = outcome_of("leading_zeros.csv");
    CHECK(cells(outcome, "CODGEO")[0] == "09001");
    CHECK_FALSE(is_numeric(outcome, "CODGEO"));
    CHECK(is_numeric(outcome, "NAISD14"));
    CHECK(finding_codes(outcome) == Texts{"data.leading_zeros"});
  }

  TEST_CASE("mixed_dates: text, and the odd one is told") {
    if (!available("mixed_dates.csv")) return;
    const Outcome outcome = outcome_of("mixed_dates.csv");
    CHECK(cells(outcome, "B")[2] == "03/10/2024");
    const InferenceResult inferred = kinds_of(outcome);
    CHECK(inferred.schema.find("B")->kind == ColumnKind::category);
    REQUIRE(inferred.findings.size() == 1);
    CHECK(inferred.findings[0].code == "data.mixed_dates");
    CHECK(contains(inferred.findings[0].message, "03/10/2024"));
  }

  TEST_CASE("mixed_line_endings: three rows, no header, no stray carriage return") {
    if (!available("mixed_line_endings.csv")) return;
    const Outcome outcome = outcome_of("mixed_line_endings.csv");
    CHECK(outcome.read.dialect.line_end == "mixed");
    CHECK_FALSE(outcome.read.dialect.header);
    CHECK(cells(outcome, "column_2") == Texts{"hello", "world", "test"});
    CHECK(cells(outcome, "column_3") == Texts{"20", "30", "30"});
  }

  TEST_CASE("mixed_type_column: the kind is decided over all rows") {
    if (!available("mixed_type_column.csv")) return;
    const Outcome outcome = outcome_of("mixed_type_column.csv");
    CHECK(is_numeric(outcome, "A"));
    CHECK(cells(outcome, "B") ==
          Texts{"not_a_double_:(", "not_a_double_:(", "5", "5.555", "not_a_double_:("});
  }

  TEST_CASE("na_in_target: NA is missing everywhere, the target's 50 are counted") {
    if (!available("na_in_target.csv")) return;
    const Outcome outcome = outcome_of("na_in_target.csv");
    CHECK(outcome.read.table.n_rows == 150);
    for (const std::string& name : outcome.read.table.names()) {
      CAPTURE(name);
      CHECK(n_missing(outcome, name) == 50);
    }
    const InferenceResult inferred = kinds_of(outcome, true);
    CHECK(inferred.schema.classes == Texts{"setosa", "versicolor", "virginica"});
    const auto findings = check_training_data(outcome.read.table, inferred.schema, 5);
    CHECK(std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.code == "data.missing_target" && contains(finding.message, "50 of 150 rows");
    }));
  }

  TEST_CASE("nan_inf_markers: nothing infinite in the table, odd texts are told") {
    if (!available("nan_inf_markers.csv")) return;
    const Outcome outcome = outcome_of("nan_inf_markers.csv");
    CHECK(outcome.read.table.names() ==
          Texts{"number", "required", "unique", "minimum", "maximum", "enum"});
    CHECK_FALSE(is_numeric(outcome, "number"));
    CHECK(cells(outcome, "number")[0].empty());
    CHECK(cells(outcome, "number")[8] == "95%");
    const auto codes = finding_codes(outcome);
    CHECK(std::count(codes.begin(), codes.end(), "data.mixed_column") > 0);
    const Outcome forced = outcome_of(
        "nan_inf_markers.csv", {.on_bad_row = OnBadRow::missing, .number_columns = {"number"}});
    REQUIRE(is_numeric(forced, "number"));
    CHECK(cells(forced, "number") ==
          Texts{"", "", "", "-1", "0", "1", "-99.99", "0", "", "", "-0.02", "3000", "40000"});
  }

  TEST_CASE("newlines_crlf: a line break inside quotes is text") {
    if (!available("newlines_crlf.csv")) return;
    const Outcome outcome = outcome_of("newlines_crlf.csv");
    CHECK(outcome.read.dialect.line_end == "crlf");
    CHECK(cells(outcome, "a") == Texts{"1", "Once upon \r\na time", "7"});
    CHECK(cells(outcome, "c") == Texts{"3", "6", "9"});
  }

  TEST_CASE("nul_byte: kept in its field, the rest of the row survives") {
    if (!available("nul_byte.csv")) return;
    const Outcome outcome = outcome_of("nul_byte.csv");
    CHECK(cells(outcome, "a") == Texts{"\0"s});
    CHECK(cells(outcome, "b") == Texts{"2"});
    CHECK(cells(outcome, "c") == Texts{"3"});
  }

  TEST_CASE("null_markers: empty, NA, N/A, NONE, NULL and the full stop all are missing") {
    if (!available("null_markers.csv")) return;
    const Outcome outcome = outcome_of("null_markers.csv");
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
      CAPTURE(name);
      CHECK(cells(outcome, name) == Texts{""});
    }
    CHECK_FALSE(outcome.read.dialect.missing_markers.empty());
  }

  TEST_CASE("null_markers_2: null and none in columns of numbers") {
    if (!available("null_markers_2.csv")) return;
    const Outcome outcome = outcome_of("null_markers_2.csv");
    CHECK(is_numeric(outcome, "age"));
    CHECK(is_numeric(outcome, "height"));
    CHECK(cells(outcome, "age") == Texts{"31", "", "26"});
    CHECK(cells(outcome, "height") == Texts{"1.73", "", ""});
  }

  TEST_CASE("quotes_and_newlines: both at once in one field") {
    if (!available("quotes_and_newlines.csv")) return;
    CHECK(cells(outcome_of("quotes_and_newlines.csv"), "b") == Texts{"ha \n\"ha\" \nha", "4"});
  }

  TEST_CASE("ragged_long: refused with line and count, never shifted") {
    if (!available("ragged_long.csv")) return;
    const Outcome outcome = outcome_of("ragged_long.csv");
    CHECK(outcome.error_code == "data.ragged_row");
    CHECK(contains(outcome.error_message, "line 2 has 10 fields, the header 8 (and 9,999 more)"));
    CHECK(outcome_of("ragged_long.csv", {.on_bad_row = OnBadRow::skip}).error_code ==
          "data.no_rows");
    const Outcome cut = outcome_of("ragged_long.csv", {.on_bad_row = OnBadRow::missing});
    CHECK(cut.read.table.n_rows == 10000);
    CHECK(cells(cut, "VOL")[0] == "1");
  }

  TEST_CASE("ragged_mixed: every bad row is named with its line") {
    if (!available("ragged_mixed.csv")) return;
    const Outcome outcome = outcome_of("ragged_mixed.csv");
    CHECK(outcome.error_code == "data.ragged_row");
    CHECK(contains(outcome.error_message, "line 2 has 4 fields, the header 3 (and 1 more)"));
    CHECK(contains(outcome.error_hint, "line 3 (2 fields)"));
    const Outcome skipped = outcome_of("ragged_mixed.csv", {.on_bad_row = OnBadRow::skip});
    CHECK(cells(skipped, "column_b") == Texts{"mixed types.... uh oh"});
    CHECK(finding_codes(skipped) == Texts{"data.ragged_row"});
  }

  TEST_CASE("ragged_short: an error with the line, or a missing last field when asked for") {
    if (!available("ragged_short.csv")) return;
    CHECK(
        contains(outcome_of("ragged_short.csv").error_message, "line 7 has 1 field, the header 2"));
    const Outcome filled = outcome_of("ragged_short.csv", {.on_bad_row = OnBadRow::missing});
    CHECK(cells(filled, "i") == Texts{"1", "2", "3", "4", "5", "7"});
    CHECK(cells(filled, "j") == Texts{"1", "2", "3", "4", "5", ""});
  }

  TEST_CASE("spanish_latin1: decoded, money is a number") {
    if (!available("spanish_latin1.csv")) return;
    const Outcome outcome = outcome_of("spanish_latin1.csv");
    CHECK(outcome.read.dialect.encoding == "latin-1");
    CHECK(outcome.read.dialect.line_end == "crlf");
    REQUIRE(is_numeric(outcome, "Gasto total 2011"));
    CHECK(cells(outcome, "Gasto total 2011")[0] == "229932.5");
    CHECK(outcome.read.dialect.thousands == ',');
    CHECK(kind_of(outcome, "Descripción") == ColumnKind::text);
  }

  TEST_CASE("tab_no_header: tabs separate, the first row is data") {
    if (!available("tab_no_header.csv")) return;
    const Outcome outcome = outcome_of("tab_no_header.csv");
    CHECK(outcome.read.dialect.separator == '\t');
    CHECK_FALSE(outcome.read.dialect.header);
    CHECK(outcome.read.table.columns.size() == 10);
    CHECK(cells(outcome, "column_3")[0] == "36861");
    CHECK(cells(outcome, "column_10")[0] == "2/18/2008 02:36:48");
    CHECK(kind_of(outcome, "column_10") == ColumnKind::datetime);
  }

  TEST_CASE("thousands_quoted: amounts, not truncated at the comma") {
    if (!available("thousands_quoted.csv")) return;
    const Outcome outcome = outcome_of("thousands_quoted.csv");
    REQUIRE(is_numeric(outcome, "money"));
    CHECK(outcome.read.table.find("money")->numbers ==
          std::vector<double>{100000, 300000.2, 300000000.4, 50, 9999999999.2});
    CHECK(outcome.read.dialect.thousands == ',');
  }

  TEST_CASE("thousands_semicolon: the comma is not the separator") {
    if (!available("thousands_semicolon.csv")) return;
    const Outcome outcome = outcome_of("thousands_semicolon.csv");
    CHECK(outcome.read.dialect.separator == ';');
    REQUIRE(is_numeric(outcome, "money"));
    CHECK(outcome.read.table.find("money")->numbers ==
          std::vector<double>{100000, 300000.2, 300000000.4, 50, 9999999999.2});
  }

  TEST_CASE("title_rows: refused with the way out, and read when it is taken") {
    if (!available("title_rows.csv")) return;
    const Outcome outcome = outcome_of("title_rows.csv");
    CHECK(outcome.error_code == "data.title_rows");
    CHECK(contains(outcome.error_hint, "--skip-lines 3"));
    const Outcome skipped = outcome_of("title_rows.csv", {.skip_lines = 3});
    CHECK(skipped.read.dialect.header);
    CHECK(skipped.read.table.names() ==
          Texts{"Year", "2000", "2001", "2002", "2003", "2004", "2005", "2006", "2007"});
    REQUIRE(is_numeric(skipped, "2000"));
    CHECK(cells(skipped, "2000")[0] == "2666");
    CHECK(cells(skipped, "2000")[1] == "498");
    CHECK(cells(skipped, "Year")[2] == "Clay, ceramic and glass products");
  }

  TEST_CASE("unescaped_quote: the literal text, no row swallowed") {
    if (!available("unescaped_quote.csv")) return;
    const Outcome outcome = outcome_of("unescaped_quote.csv");
    CHECK(outcome.read.dialect.separator == ';');
    CHECK(cells(outcome, "column_1") == Texts{"1", "2", "3", "4", "5", "6"});
    CHECK(cells(outcome, "column_2")[0] == "pedro \"pdet\" holanda");
    CHECK(cells(outcome, "column_2")[2] == "pedro \"pdet\" ho;landa");
  }

  TEST_CASE("unterminated_quote: an error that names line 1") {
    if (!available("unterminated_quote.csv")) return;
    const Outcome outcome = outcome_of("unterminated_quote.csv");
    CHECK(outcome.error_code == "data.unterminated_quote");
    CHECK(contains(outcome.error_message, "line 1:"));
  }

  TEST_CASE("utf16le_bom: decoded") {
    if (!available("utf16le_bom.csv")) return;
    const Outcome outcome = outcome_of("utf16le_bom.csv");
    CHECK(outcome.read.dialect.encoding == "utf-16le");
    CHECK(outcome.read.table.names() == Texts{"a", "b", "c"});
    CHECK(cells(outcome, "a") == Texts{"1", "4"});
    CHECK(cells(outcome, "c") == Texts{"3", "ʤ"});
  }

  TEST_CASE("utf8_bom: the mark is no part of the first name") {
    if (!available("utf8_bom.csv")) return;
    const Outcome outcome = outcome_of("utf8_bom.csv");
    CHECK(outcome.read.dialect.encoding == "utf-8-bom");
    CHECK(outcome.read.table.names() == Texts{"Person", "Region"});
    CHECK(outcome.read.table.n_rows == 4);
  }

  TEST_CASE("weather_trace: numbers with a marker that is told, dates day first") {
    if (!available("weather_trace.csv")) return;
    const Outcome outcome = outcome_of("weather_trace.csv");
    CHECK(outcome.read.table.n_rows == 366);
    CHECK(kind_of(outcome, "date") == ColumnKind::datetime);
    CHECK(kinds_of(outcome).schema.find("date")->datetime_format == "%d-%m-%Y");
    struct Case {
      const char* column;
      std::size_t n_traces;
    };
    for (const Case& c : {Case{"precipitation", 24}, {"snow_fall", 15}, {"snow_depth", 7}}) {
      CAPTURE(c.column);
      CHECK(is_numeric(outcome, c.column));
      CHECK(n_missing(outcome, c.column) == c.n_traces);
    }
    CHECK(finding_codes(outcome) == Texts(3, "data.marker_as_missing"));
  }

  TEST_CASE("every file of the folder has a test above, and none depends on the threads") {
    if (!available("README.md")) return;
    std::size_t n_files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::shared_data_root() / "nasty-csv")) {
      if (entry.path().extension() != ".csv") continue;
      ++n_files;
      const std::string name = entry.path().filename().string();
      CAPTURE(name);
      const Outcome one = outcome_of(name, {.threads = 1});
      const Outcome two = outcome_of(name, {.threads = 2});
      CHECK(one.error_code == two.error_code);
      CHECK(one.read.table.n_rows == two.read.table.n_rows);
    }
    CHECK(n_files == 41);
  }
}
