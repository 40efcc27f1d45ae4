#include "data/csv_cursor.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "data/csv_sample.hpp"
#include "data/dialect.hpp"

using namespace mlops::data;

namespace {

using Texts = std::vector<std::string>;

std::vector<Texts> records_of(std::string_view text, CsvSyntax syntax = {}) {
  std::vector<Texts> records;
  for (const CsvRecord& record : split_records(text, syntax, 1000).records) {
    records.push_back(record.fields);
  }
  return records;
}

bool header_of(std::string_view text) {
  return detect_header(split_records(text, {}, 500), MissingMarkers(default_missing_markers()));
}

}  // namespace

TEST_SUITE("data/csv_cursor") {
  TEST_CASE("records are split as RFC 4180 says, and as files have it") {
    struct Case {
      const char* name;
      std::string text;
      std::vector<Texts> records;
    };
    const Case cases[] = {
        {"plain", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
        {"empty fields", ",\n,,\n", {{"", ""}, {"", "", ""}}},
        {"three line ends", "a\nb\r\nc\rd\n", {{"a"}, {"b"}, {"c"}, {"d"}}},
        {"blank lines", "\n\na\n  \n\r\nb\n\n", {{"a"}, {"b"}}},
        {"quoted blank is a record", "\"\"\na\n", {{""}, {"a"}}},
        {"blanks around", " a , b\t\n", {{"a", "b"}}},
        {"blanks around quotes", "  \"a\"  ,\"b\" \n", {{"a", "b"}}},
        {"blanks inside quotes", "\"  a  \"\n", {{"a"}}},
        {"separator in quotes", "\"a,b\",c\n", {{"a,b", "c"}}},
        {"line break in quotes", "\"a\nb\",\"c\r\nd\"\n", {{"a\nb", "c\r\nd"}}},
        {"doubled quotes", "\"a\"\"b\",\"\"\"\"\n", {{"a\"b", "\""}}},
        {"quote inside an unquoted field", "5\"x,b\n", {{"5\"x", "b"}}},
        {"bare quote on one line", "\"a \"b\" c\",d\n", {{"a \"b\" c", "d"}}},
        {"bare quote before a separator closes", "\"a \"b\", c\"\n", {{"a \"b", "c\""}}},
        {"longer than a vector register",
         std::string(40, 'x') + "," + std::string(33, 'y') + "\n",
         {{std::string(40, 'x'), std::string(33, 'y')}}},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      CHECK(records_of(c.text) == c.records);
    }
  }

  TEST_CASE("a bare quote across lines is refused and the next line is a record") {
    const CsvSample sample = split_records("1,\"a\"b\n2,c\n", {}, 10);
    CHECK(sample.n_bad == 1);
    REQUIRE(sample.records.size() == 1);
    CHECK(sample.records[0].fields == Texts{"2", "c"});
    CHECK(split_records("\"a\nb\"c\n", {}, 10).n_bad > 0);
    CHECK(split_records("1,\"a\n", {}, 10).cut);
  }

  TEST_CASE("separators that are blanks separate") {
    CHECK(records_of("a\tb c\n", {'\t', '"'}) == std::vector<Texts>{{"a", "b c"}});
    CHECK(records_of("\" \tyd \"\tb\n", {'\t', '"'}) == std::vector<Texts>{{"yd", "b"}});
    CHECK(records_of("a b\n", {' ', '"'}) == std::vector<Texts>{{"a", "b"}});
    CHECK(records_of("\t\n", {'\t', '"'}) == std::vector<Texts>{{"", ""}});
  }

  TEST_CASE("without a quote character quotes are text") {
    CHECK(records_of("\"a,b\"\n", {',', '\0'}) == std::vector<Texts>{{"\"a", "b\""}});
    CHECK(records_of("'a,b',c\n", {',', '\''}) == std::vector<Texts>{{"a,b", "c"}});
  }

  TEST_CASE("doubled quotes are halved") {
    CHECK(unescaped("a\"\"b", '"') == "a\"b");
    CHECK(unescaped("\"\"\"\"", '"') == "\"\"");
    CHECK(unescaped("a\"b", '"') == "a\"b");
    CHECK(unescaped("", '"').empty());
  }
}

TEST_SUITE("data/dialect") {
  TEST_CASE("the separator is the one that gives records of one width") {
    struct Case {
      std::string text;
      char separator;
    };
    const Case cases[] = {
        {"a,b\n1,2\n", ','},
        {"a;b\n1;2\n", ';'},
        {"a\tb\n1\t2\n", '\t'},
        {"a|b\n1|2\n", '|'},
        {"a\x01"
         "b\n1\x01"
         "2\n",
         '\x01'},
        {"a;b\n1,5;2,5\n3,5;4,25\n", ';'},
        {"1,5;2,5\n3,5;4,25\n", ';'},
        {"name;note\nx;one, two\ny;three\n", ';'},
        {"name,note\n\"a;b\",c\n\"d;e;f\",g\n", ','},
        {"2024-01-01 10:00,a|b\n2024-01-01 11:00,c|d\n", ','},
        {"only\none\n", ','},
        {"", ','},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CHECK(detect_syntax(c.text, {}, {}, false).separator == c.separator);
    }
    CHECK(detect_syntax("a,b\tc,d\n", {}, {}, true).separator == '\t');
    CHECK(detect_syntax("one\n", {}, {}, true).separator == '\t');
    CHECK(detect_syntax("a,b\n", '|', {}, false).separator == '|');
  }

  TEST_CASE("single quotes quote where double quotes do not occur") {
    CHECK(detect_syntax("a,b\n'x, y',1\n'z',2\n", {}, {}, false).quote == '\'');
    CHECK(detect_syntax("a,b\nit's,1\n'tis,2\n", {}, {}, false).quote == '"');
    CHECK(detect_syntax("a,b\n'x','y'\n\"z\",2\n", {}, {}, false).quote == '"');
  }

  TEST_CASE("a first record names the columns or is data") {
    struct Case {
      std::string text;
      bool header;
    };
    const Case cases[] = {
        {"a,b\n1,2\n", true},
        {"1,2\n3,4\n", false},
        {"1,x\n3,z\n", false},
        {"name,city\nAnn,Rome\n", true},
        {"x,2019,2020,2021\nA,5,9,7\n", true},
        {"2019,2020,2021\n5,6,7\n", false},
        {"2019,2020,2021\n5,9,7\n", true},
        {"0,1,2,3\n5,9,7,1\n", true},
        {"2024-01-01,5\n2024-01-02,6\n", false},
        {"day,n\n2024-01-02,6\n", true},
        {"a,b\n,\n", true},
        {"a,b\n", true},
        {"1,2\n", false},
        {"id,100\nx,TRUE\ny,FALSE\n", true},
        {"TRUE,5\nFALSE,6\n", false},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CHECK(header_of(c.text) == c.header);
    }
  }

  TEST_CASE("line ends inside quotes do not count") {
    struct Case {
      std::string text;
      std::string line_end;
    };
    const Case cases[] = {{"a\n\"x\r\ny\"\nb\n", "lf"}, {"a\r\nb\r\n", "crlf"},
                          {"a\r\n\"b\r\"\r\n", "crlf"}, {"a\rb\r", "cr"},
                          {"a\rb\n", "mixed"},          {"", "lf"}};
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CHECK(detect_line_end(c.text, split_records(c.text, {}, 100)) == c.line_end);
    }
    CHECK(detect_line_end("a\r\nb", split_records("a\r\nb\n", {}, 100)) == "crlf");
  }
}
