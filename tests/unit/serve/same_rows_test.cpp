// One row, one meaning: the same values as CSV, as JSON lines and in a request become the same
// cells to the last bit, with the same remarks.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <set>

#include "base/random.hpp"
#include "data/inference.hpp"
#include "data/number_text.hpp"
#include "data/read_wishes.hpp"
#include "serve/codec/json_scratch.hpp"
#include "serve/codec/predict_codec.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

/// amount (-4 to 10), flag (Yes/No), level, code (numbers that are levels), day; target y.
Schema trained_schema() {
  const InferenceOptions said{.target = "y", .kinds = {{"code", ColumnKind::category}}};
  const ReadResult read = read_table_from_bytes(
      "amount,flag,level,code,day,y\n1.5,Yes,red,3,2024-01-02,0\n10,No,green,1,2024-02-03,1\n"
      "-4,Yes,red,3,2024-03-04,1\n,No,,2,,0\n",
      "train.csv", read_as_said({}, said));
  return infer_schema(read.table, read.dialect, said).schema;
}

/// One row as it stands in each format.
struct Row {
  const char* name;
  std::string csv;   ///< amount,flag,level,code,day
  std::string json;  ///< members of the object
};

std::string object_of(const Row& row) {
  return "{" + row.json + "}";
}

ConformedRows from_file(const std::vector<Row>& rows, bool json_lines, const Schema& schema) {
  std::string text = json_lines ? "" : "amount,flag,level,code,day\n";
  for (const Row& row : rows) text += (json_lines ? object_of(row) : row.csv) + "\n";
  ReadOptions options = read_to_fit({}, schema);
  options.on_bad_row = OnBadRow::missing;
  const ReadResult read =
      read_table_from_bytes(text, json_lines ? "rows.jsonl" : "rows.csv", options);
  return RowConformer(schema).from_table(read.table);
}

serve::codec::DecodedRows from_request(const std::vector<Row>& rows, const Schema& schema) {
  std::string body = "{\"instances\":[";
  for (const Row& row : rows) body += (body.back() == '[' ? "" : ",") + object_of(row);
  body += "]}";
  serve::codec::JsonScratch scratch;
  return serve::codec::decode_predict(body, RowConformer(schema), 100000, scratch);
}

/// "row column code" of what is remarkable about a value that has a meaning.
std::set<std::string> remarks(const ConformedRows& rows) {
  std::set<std::string> texts;
  for (const CellIssue& issue : rows.issues) {
    if (issue.code == CellIssueCode::unseen_category || issue.code == CellIssueCode::out_of_range)
      texts.insert(
          fmt::format("{} {} {} {}", issue.row, issue.column, to_string(issue.code), issue.value));
  }
  return texts;
}

void check_same_bits(const std::vector<Row>& rows, const ConformedRows& a, const ConformedRows& b) {
  REQUIRE(a.cells.size() == b.cells.size());
  for (std::size_t i = 0; i < a.cells.size(); ++i) {
    const bool same =
        std::bit_cast<std::uint64_t>(a.cells[i]) == std::bit_cast<std::uint64_t>(b.cells[i]) ||
        (std::isnan(a.cells[i]) && std::isnan(b.cells[i]));
    if (same) continue;
    CAPTURE(rows[i / a.n_features].name);
    CAPTURE(rows[i / a.n_features].csv);
    CHECK(a.cells[i] == b.cells[i]);
  }
}

void check_one_meaning(const std::vector<Row>& rows) {
  const Schema schema = trained_schema();
  const serve::codec::DecodedRows request = from_request(rows, schema);
  const ConformedRows csv = from_file(rows, false, schema);
  const ConformedRows lines = from_file(rows, true, schema);
  REQUIRE(csv.n_rows == rows.size());
  check_same_bits(rows, csv, request.rows);
  check_same_bits(rows, lines, request.rows);
  CHECK(remarks(csv) == remarks(request.rows));
  CHECK(remarks(lines) == remarks(request.rows));
}

}  // namespace

TEST_SUITE("serve/same_rows") {
  TEST_CASE("what fits, what was never seen, what is missing and what is unreadable") {
    const char* others = R"("flag":"Yes","level":"red","code":3,"day":"2024-01-02")";
    const auto amount = [&](const char* name, const char* csv, const std::string& json) {
      return Row{name, std::string(csv) + ",Yes,red,3,2024-01-02",
                 json.empty() ? others : "\"amount\":" + json + "," + others};
    };
    check_one_meaning({
        amount("as trained", "1.5", "1.5"),
        amount("a number in quotes", "1.5", "\"1.5\""),
        amount("whole", "7", "7"),
        amount("with an exponent", "2.5e-3", "2.5e-3"),
        amount("the smallest", "5e-324", "5e-324"),
        amount("seventeen digits", "0.30000000000000004", "0.30000000000000004"),
        amount("above the range", "10.000000000000002", "10.000000000000002"),
        amount("below the range", "-1e300", "-1e300"),
        amount("minus zero", "-0", "-0.0"),
        amount("missing by absence", "", ""),
        amount("missing by null", "", "null"),
        amount("missing by a marker", "NA", "\"NA\""),
        amount("a word", "many", "\"many\""),
        amount("infinite", "inf", "\"inf\""),
        {"another level", "1,No,blue,2,2024-02-03",
         R"("amount":1,"flag":"No","level":"blue","code":2,"day":"2024-02-03")"},
        {"another code", "1,no,green,9,2024-02-03",
         R"("amount":1,"flag":false,"level":"green","code":9,"day":"2024-02-03")"},
        {"a code with a fraction", "1,1,green,3.0,2024-02-03T00:00:00Z",
         R"("amount":1,"flag":1,"level":"green","code":3.0,"day":"2024-02-03T00:00:00Z")"},
        {"a later day", "1,perhaps,green,1,2031-02-03",
         R"("amount":1,"flag":"perhaps","level":"green","code":"1","day":"2031-02-03")"},
        {"no day", "1,,,,2024-02-30",
         R"("amount":1,"flag":null,"level":null,"code":null,"day":"2024-02-30")"},
    });
  }

  TEST_CASE("two thousand random rows") {
    static constexpr const char* kFlags[] = {"Yes", "No", "yes", "0", "1", "TRUE"};
    static constexpr const char* kLevels[] = {"red", "green", "Red", "blue", "NA", "ö"};
    Random random(11);
    std::vector<Row> rows;
    for (int i = 0; i < 2000; ++i) {
      const std::string amount =
          number_as_text(random.normal() * std::pow(10, 40 * random.uniform() - 20));
      const char* flag = kFlags[random.below(6)];
      const char* level = kLevels[random.below(6)];
      const auto code = random.below(6);
      const std::string day = fmt::format("20{:02}-{:02}-{:02}", 20 + random.below(10),
                                          1 + random.below(12), 1 + random.below(28));
      rows.push_back({"random", fmt::format("{},{},{},{},{}", amount, flag, level, code, day),
                      fmt::format(R"("day":"{}","code":{},"level":"{}","flag":"{}","amount":{})",
                                  day, code, level, flag, amount)});
    }
    check_one_meaning(rows);
  }

  TEST_CASE("a file's wrong cell is refused as a request's is") {
    const Schema schema = trained_schema();
    const std::vector<Row> rows = {{"a word", "many,Yes,red,3,2024-01-02", R"("amount":"many")"}};
    CHECK(from_request(rows, schema).n_errors == 1);
    CHECK_THROWS_AS((void)read_table_from_bytes("amount,level\nmany,red\n", "rows.csv",
                                                read_to_fit({}, schema)),
                    Error);
  }
}
