#include "data/reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/dialect_json.hpp"
#include "support/shared_data.hpp"

using namespace mlops;
using namespace mlops::data;
using namespace std::string_literals;

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

template <typename Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
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

  TEST_CASE("kdd99: half a million gzipped rows, 42 columns") {
    if (!test::shared_data_available("kdd99-10pct/data.csv.gz")) return;
    const ReadResult result = read_table(test::shared_data_root() / "kdd99-10pct/data.csv.gz");
    CHECK(result.dialect.compression == "gzip");
    CHECK(result.table.n_rows == 494021);
    CHECK(result.table.columns.size() == 42);
    CHECK(result.table.find("service")->dictionary.size() == 66);
    CHECK(result.table.find("label")->dictionary.size() == 23);
    CHECK(result.sha256.size() == 64);
  }

  TEST_CASE("penguins_raw: odd names, a comma in a level, dates") {
    const char* file = "penguins/penguins_raw.csv";
    if (!test::shared_data_available(file)) return;
    const ReadResult result = read_table(test::shared_data_root() / file);
    CHECK(result.table.n_rows == 344);
    CHECK(result.table.columns.size() == 17);
    CHECK(result.table.find("Delta 15 N (o/oo)")->numeric);
    CHECK(cells(*result.table.find("Stage"))[0] == "Adult, 1 Egg Stage");
  }

  TEST_CASE("adult's second delivery is refused as found, and read once it is put right") {
    const char* file = "adult/test.csv";
    if (!test::shared_data_available(file)) return;
    const auto path = test::shared_data_root() / file;
    CHECK(error_of([&] { (void)read_table(path); }) == "data.ragged_row");
    const ReadResult result = read_table(path, {.skip_lines = 1});
    CHECK_FALSE(result.dialect.header);
    CHECK(result.table.n_rows == 16281);
    CHECK(result.table.columns.size() == 15);
    CHECK(cells(result.table.columns[14])[0] == "<=50K.");
    CHECK(cells(result.table.columns[1])[4].empty());
  }

  TEST_CASE("a row that is passed over says nothing about the kinds of the others") {
    const std::string rows = "x,y\n1,inf\n7,b,c\n2,inf\n";
    const ReadResult with = read_table_from_bytes(rows, "with.csv", {.on_bad_row = OnBadRow::skip});
    const ReadResult without = read_table_from_bytes("x,y\n1,inf\n2,inf\n", "without.csv");
    CHECK(with.table.n_rows == 2);
    CHECK(with.table.find("y")->numeric == without.table.find("y")->numeric);
    CHECK(with.table.find("y")->is_missing(0));
    const std::string codes = "x,y\n1,5\n007,008,c\n2,6\n";
    const ReadResult amounts =
        read_table_from_bytes(codes, "codes.csv", {.on_bad_row = OnBadRow::skip});
    CHECK(amounts.table.find("x")->numeric);
    CHECK(amounts.table.find("y")->numeric);
  }

  TEST_CASE("what the caller insists on is not looked for") {
    CHECK(read("a;b\n1;2\n", {.separator = ','}).table.names() == Texts{"a;b"});
    CHECK(read("1,2\n3,4\n", {.header = true}).table.names() == Texts{"1", "2"});
    CHECK(read("a,b\n1,2\n", {.header = false}).table.n_rows == 2);
    CHECK(cells(read("a;b\n1.234;x\n", {.decimal = ','}).table.columns[0]) == Texts{"1.234"});
    CHECK(cells(read("a;b\n1.234;x\n", {.decimal = ',', .thousands = '.'}).table.columns[0]) ==
          Texts{"1234"});
    CHECK(cells(read("a,b\n'x, y',1\n", {.quote = '\''}).table.columns[0]) == Texts{"x, y"});
    CHECK(cells(read("a,b\n-999,NA\n", {.missing_markers = Texts{"-999"}}).table.columns[1]) ==
          Texts{"NA"});
    CHECK(cells(read("title\n\na,b\n1,2\n", {.skip_lines = 2}).table.columns[0]) == Texts{"1"});
    CHECK_FALSE(read("a,b\n1,2\n", {.text_columns = {"a"}}).table.columns[0].numeric);
    CHECK(read("a,b\n007,2\n", {.number_columns = {"a"}}).table.columns[0].numeric);
  }

  TEST_CASE("without quotes a quote is a character like any other") {
    const ReadResult result = read("size,x\n\"3.5,1\n5\" disk,2\n", {.quote = '\0'});
    CHECK(cells(result.table.columns[0]) == Texts{"\"3.5", "5\" disk"});
  }

  TEST_CASE("an encoding that the caller names is not looked for") {
    struct Case {
      const char* name;
      std::string bytes;
      Encoding encoding;
      std::string city;
      std::string reported;
      Texts findings;
    };
    const std::string latin = "city,n\nM\xFCnchen,1\n";
    const std::string utf8 = "city,n\nM\xC3\xBCnchen,1\n";
    const Case cases[] = {
        {"Latin-1 as such", latin, Encoding::latin_1, "München", "latin-1", {}},
        {"Latin-1 as UTF-8",
         latin,
         Encoding::utf_8,
         "M\xEF\xBF\xBDnchen",
         "utf-8",
         {"data.invalid_utf8"}},
        {"UTF-8 as such", utf8, Encoding::utf_8, "München", "utf-8", {}},
        {"UTF-8 as Latin-1", utf8, Encoding::latin_1, "MÃ¼nchen", "latin-1", {}},
        {"UTF-8 with its mark", "\xEF\xBB\xBF" + utf8, Encoding::utf_8, "München", "utf-8-bom", {}},
        {"UTF-16",
         "\xFF\xFE" + "c\0i\0t\0y\0\n\0M\0\xFC\0\n\0"s,
         Encoding::utf_16le,
         "Mü",
         "utf-16le",
         {}},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const ReadResult result = read(c.bytes, {.encoding = c.encoding});
      CHECK(result.dialect.encoding == c.reported);
      CHECK(result.table.names()[0] == "city");
      CHECK(cells(result.table.columns[0]) == Texts{c.city});
      Texts findings;
      for (const Finding& finding : result.findings) findings.push_back(finding.code);
      CHECK(findings == c.findings);
    }
  }

  TEST_CASE("a column said to hold levels becomes text as soon as a cell is no number") {
    std::string csv = "code,x\n";
    for (int i = 0; i < 300; ++i) csv += (i == 150 ? "A1," : std::to_string(i % 7) + ",") + "1\n";
    CHECK(error_of([&] { (void)read(csv); }) == "data.bad_number");
    const ReadResult result = read(csv, {.level_columns = {"code"}});
    CHECK(result.findings.empty());
    CHECK(cells(result.table.columns[0])[150] == "A1");
    CHECK(read("code,x\n1,2\n2,3\n", {.level_columns = {"code"}}).table.columns[0].numeric);
    std::string mostly_text = "code,x\n";
    for (int i = 0; i < 100; ++i) mostly_text += (i < 8 ? "B," : "7,") + "1\n"s;
    CHECK(cells(read(mostly_text, {.level_columns = {"code"}}).table.columns[0])[0] == "B");
  }

  TEST_CASE("separators and marks that cannot work are refused") {
    const ReadOptions cases[] = {{.separator = '\n'},
                                 {.separator = '5'},
                                 {.separator = '"', .quote = '"'},
                                 {.decimal = '1'},
                                 {.decimal = ',', .thousands = ','}};
    for (const ReadOptions& options : cases) {
      try {
        (void)read("a,b\n1,2\n", options);
        CHECK(false);
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::invalid_argument);
      }
    }
  }

  TEST_CASE("a bad number among many is named with its line, and the others are counted") {
    std::string csv = "id,tenure\n";
    for (int i = 2; i <= 9000; ++i) {
      const bool bad = i == 8214 || i == 8399 || i == 8771 || i == 8900;
      csv += std::to_string(i) + (bad ? ",\"12,5\"\n" : ",7\n");
    }
    try {
      (void)read(csv);
      CHECK(false);
    } catch (const Error& error) {
      CHECK(error.code() == "data.bad_number");
      CHECK(std::string(error.what()) ==
            "test.csv: line 8,214, column 'tenure': \"12,5\" is not a number (and 3 more)");
    }
    const ReadResult filled = read(csv, {.on_bad_row = OnBadRow::missing});
    CHECK(filled.table.n_rows == 8999);
    CHECK(filled.table.find("tenure")->is_missing(8212));
    CHECK(read(csv, {.on_bad_row = OnBadRow::skip}).table.n_rows == 8995);
    CHECK_FALSE(read(csv, {.text_columns = {"tenure"}}).table.columns[1].numeric);
  }

  TEST_CASE("a kind that shows late in the file is found, and the column read again") {
    std::string csv = "late,codes,groups,x\n";
    for (int i = 0; i < 3000; ++i) {
      csv += i < 2000 ? "5,12,7," : "word,0012,\"1,234\",";
      csv += std::to_string(i) + "\n";
    }
    const ReadResult result = read(csv);
    CHECK(cells(*result.table.find("late"))[0] == "5");
    CHECK(cells(*result.table.find("late"))[2500] == "word");
    CHECK(cells(*result.table.find("codes"))[0] == "12");
    CHECK(cells(*result.table.find("codes"))[2500] == "0012");
    REQUIRE(result.table.find("groups")->numeric);
    CHECK(result.table.find("groups")->numbers[2500] == 1234);
    CHECK(result.table.find("x")->numeric);
  }

  TEST_CASE("a damaged or foreign file is refused by name") {
    struct Case {
      std::string bytes;
      std::string code;
    };
    const Case cases[] = {{"", "data.empty_file"},
                          {"\n\n", "data.empty_file"},
                          {"PK\x03\x04rest", "data.not_a_table"},
                          {"PAR1\x15\x04\x15", "data.not_a_table"},
                          {"\x1f\x8b\x08"s, "data.gzip_damaged"},
                          {"a,b\n", "data.no_rows"},
                          {"a,b\n1,\"x\n", "data.unterminated_quote"},
                          {"a,b\n1,2,3\n4,5\n", "data.ragged_row"}};
    for (const Case& c : cases) {
      CAPTURE(c.bytes);
      CHECK(error_of([&] { (void)read(c.bytes); }) == c.code);
    }
    CHECK(error_of([] { (void)read_table("no/such/file.csv"); }) == "file.not_found");
  }

  TEST_CASE("files that are no tables are refused by what they are") {
    const std::string noise = "\x01\x02\x03\x04\x05\x06\x07\x08"s;
    struct Case {
      std::string bytes;
      const char* says;
    };
    for (const Case& c :
         {Case{"PK\x03\x04rest", "Excel"}, Case{"BZh91AY&SY\x02\x03", "bzip2"},
          Case{"%PDF-1.7\n", "PDF"}, Case{"\x89PNG\r\n" + noise + noise + noise, "not text"},
          Case{"<!DOCTYPE html>\n<html><head>\n", "HTML"}, Case{"\n <HTML>\n", "HTML"},
          Case{"[\n {\"a\":1},\n {\"a\":2}\n]\n", "JSON array"}}) {
      CAPTURE(c.says);
      try {
        (void)read(c.bytes);
        CHECK(false);
      } catch (const Error& error) {
        CHECK(error.code() == "data.not_a_table");
        CHECK(std::string(error.what()).find(c.says) != std::string::npos);
        CHECK_FALSE(error.hint().empty());
      }
    }
  }

  TEST_CASE("columns kept apart by blanks are no single column of texts") {
    CHECK(error_of([] { (void)read("1.5   2 3\n  4  5.5 6\n 7  8 9\n"); }) ==
          "data.separated_by_blanks");
    CHECK(error_of([] { (void)read("width height\n1 2\n3 4\n"); }) == "data.separated_by_blanks");
    const ReadResult one = read("width height\n1 2\n3 4\n", {.separator = ' '});
    CHECK(one.table.names() == Texts{"width", "height"});
    CHECK(read("remark\nso it goes\nand so on\n").table.columns.size() == 1);
    CHECK(read("day\n1 May 2024\n2 May 2024\n").table.columns.size() == 1);
  }

  TEST_CASE("separators at the ends of lines make no columns") {
    const ReadResult result = read("|id|x|\n|1|a|\n|2|b|\n");
    CHECK(result.table.names() == Texts{"id", "x"});
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].code == "data.empty_column");
    CHECK(read(",a,b,\n1,2,3,\n").table.names() == Texts{"column_1", "a", "b"});
    CHECK(read("a,empty,\n1,,\n").table.names() == Texts{"a", "empty"});
  }

  TEST_CASE("names that look like a foreign file's first bytes are names") {
    for (const char* name : {"PAR1", "BZhours", "SQLite format 3"}) {
      CHECK(read(std::string(name) + ",b\n1,2\n").table.names()[0] == name);
    }
  }

  TEST_CASE("Excel's own first line names the separator") {
    const ReadResult result = read("sep=;\na;b\n1;2\n");
    CHECK(result.dialect.separator == ';');
    CHECK(result.table.names() == Texts{"a", "b"});
  }

  TEST_CASE("bytes and checksum are those of the file as stored") {
    const ReadResult result = read("a,b\n1,2\n");
    CHECK(result.size_bytes == 8);
    CHECK(result.sha256 == sha256_hex("a,b\n1,2\n"));
    CHECK(read("a,b\n1,2\n", {.checksum = false}).sha256.empty());
  }

  TEST_CASE("a dialect comes back from its stored form") {
    Dialect odd{.format = "tsv",
                .encoding = "utf-16le",
                .compression = "gzip",
                .separator = '\x01',
                .quote = '\0',
                .header = false,
                .line_end = "mixed",
                .decimal = ',',
                .thousands = '.',
                .missing_markers = {"-999", "ä"}};
    for (const Dialect& dialect : {Dialect{}, odd}) {
      const Json stored = to_json(dialect);
      CHECK(to_json(dialect_from_json(parse_json(dump_json(stored), "test"))) == stored);
    }
    CHECK_THROWS_AS((void)dialect_from_json(Json::object()), Error);
  }

  TEST_CASE("what to do with bad rows has three names") {
    CHECK(parse_on_bad_row("fail") == OnBadRow::fail);
    CHECK(parse_on_bad_row("skip") == OnBadRow::skip);
    CHECK(parse_on_bad_row("missing") == OnBadRow::missing);
    CHECK_FALSE(parse_on_bad_row("drop"));
  }
}

TEST_SUITE("data/jsonl") {
  TEST_CASE("members are columns, in order of first appearance") {
    const ReadResult result = read_table_from_bytes(
        "{\"a\":1,\"b\":\"x\",\"c\":true}\n\n{\"b\":\"NA\",\"d\":2.5,\"a\":null}\n", "t.jsonl");
    CHECK(result.dialect.format == "jsonl");
    CHECK(result.table.names() == Texts{"a", "b", "c", "d"});
    CHECK(cells(result.table.columns[0]) == Texts{"1", ""});
    CHECK(cells(result.table.columns[1]) == Texts{"x", ""});
    CHECK(cells(result.table.columns[2]) == Texts{"true", ""});
    CHECK(cells(result.table.columns[3]) == Texts{"", "2.5"});
    CHECK(result.table.columns[3].numeric);
  }

  TEST_CASE("numbers in quotes are numbers, codes with leading zeros are not") {
    const ReadResult result = read_table_from_bytes(
        "{\"n\":\"3\",\"zip\":\"09001\",\"mixed\":1}\n{\"n\":4,\"zip\":\"10\",\"mixed\":\"x\"}\n",
        "t.jsonl");
    CHECK(result.table.columns[0].numeric);
    CHECK(cells(result.table.columns[1]) == Texts{"09001", "10"});
    CHECK(cells(result.table.columns[2]) == Texts{"1", "x"});
  }

  TEST_CASE("a line that is no flat object is refused with its number") {
    for (const char* line : {"[1]", "{\"a\":[1]}", "{\"a\":", "7", "{\"a\":{\"b\":1}}"}) {
      CAPTURE(line);
      try {
        (void)read_table_from_bytes(std::string("{\"a\":1}\n") + line + "\n", "t.jsonl");
        CHECK(false);
      } catch (const Error& error) {
        CHECK(error.code() == "data.bad_json_line");
        CHECK(std::string(error.what()).find("line 2") != std::string::npos);
      }
    }
  }

  TEST_CASE("bad lines and bad cells can be left out, and are told") {
    const std::string lines = "{\"a\":1,\"b\":2}\n{\"a\":\nnonsense\n{\"a\":\"x\",\"b\":3}\n";
    const ReadOptions skip{.on_bad_row = OnBadRow::skip, .number_columns = {"a"}};
    const ReadResult result = read_table_from_bytes(lines, "t.jsonl", skip);
    CHECK(result.table.n_rows == 1);
    CHECK(cells(result.table.columns[1]) == Texts{"2"});
    REQUIRE(result.findings.size() == 2);
    CHECK(result.findings[0].code == "data.bad_json_line");
    CHECK(result.findings[0].message.find("line 2") != std::string::npos);
    CHECK(result.findings[0].message.find("(and 1 more)") != std::string::npos);
    CHECK(result.findings[1].code == "data.bad_number");
    const ReadOptions missing{.on_bad_row = OnBadRow::missing, .number_columns = {"a"}};
    CHECK(error_of([&] { (void)read_table_from_bytes(lines, "t.jsonl", missing); }) ==
          "data.bad_json_line");
    CHECK(error_of([&] { (void)read_table_from_bytes("nonsense\n", "t.jsonl", skip); }) ==
          "data.bad_json_line");
  }

  TEST_CASE("names are made usable, infinities are missing, a table has columns") {
    const ReadResult result =
        read_table_from_bytes("{\"\":1,\"b\":\"inf\"}\n{\"\":2,\"b\":3}\n", "t.jsonl");
    CHECK(result.table.names() == Texts{"column_1", "b"});
    CHECK(cells(result.table.columns[1]) == Texts{"", "3"});
    REQUIRE(result.findings.size() == 2);
    CHECK(error_of([] { (void)read_table_from_bytes("{}\n{}\n", "t.jsonl"); }) ==
          "data.bad_json_line");
  }

  TEST_CASE("the same rows as CSV and as JSON lines are the same table") {
    const Table csv = read("a,b,c\n1.5,x,true\n,y,false\n").table;
    const Table json =
        read_table_from_bytes(
            "{\"a\":1.5,\"b\":\"x\",\"c\":true}\n{\"a\":null,\"b\":\"y\",\"c\":false}\n", "t.jsonl")
            .table;
    REQUIRE(csv.names() == json.names());
    for (std::size_t i = 0; i < 3; ++i) CHECK(cells(csv.columns[i]) == cells(json.columns[i]));
  }
}
