#include "data/csv_parallel.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

const MissingMarkers& markers() {
  static const MissingMarkers missing(default_missing_markers());
  return missing;
}

/// Two columns, a number and a text.
SliceRequest request_for(const ByteSource& source, OnBadRow on_bad_row = OnBadRow::missing) {
  SliceRequest request;
  request.source = &source;
  request.end = source.size();
  request.columns = {{{true, {}}, true}, {{false, {}}, true}};
  request.missing = &markers();
  request.on_bad_row = on_bad_row;
  return request;
}

/// Everything that a result says, as text.
std::string described(SliceResult result) {
  std::string text =
      fmt::format("{} rows, {} bad, end {}\n", result.n_rows, result.n_bad_rows, result.end);
  for (const BadRow& row : result.bad_rows)
    text += fmt::format("bad {} {}\n", row.offset, row.n_fields);
  for (ColumnBuilder& column : result.columns) {
    for (const BadCell& cell : column.bad_cells()) {
      text += fmt::format("cell {} {} {}\n", cell.row, cell.offset, cell.text);
    }
    const TableColumn cells = std::move(column).take("x");
    for (std::size_t row = 0; row < cells.n_rows(); ++row) text += cells.text(row) + "|";
    for (const std::string& level : cells.dictionary) text += level + "/";
    text += "\n";
  }
  return text;
}

std::string read_with(const std::string& text, unsigned n_threads) {
  const auto source = borrow_bytes(text);
  return described(parse_in_parallel(request_for(*source), n_threads, 64));
}

/// Records with line breaks, separators and quotes inside quotes.
std::string quoted_records(Random& random, std::size_t n) {
  static const char* const kTexts[] = {"plain",
                                       "\"a, b\"",
                                       "\"line\nbreak\"",
                                       "\"\"\"quoted\"\"\"",
                                       "\"\r\n\"",
                                       "\"1,2\n3,4\n5,6\"",
                                       "",
                                       "\"x\"\"\n\"\"y\"",
                                       "  padded  "};
  std::string text;
  for (std::size_t i = 0; i < n; ++i) {
    text += fmt::format("{},{}{}", random.below(1000), kTexts[random.below(9)],
                        random.below(4) == 0 ? "\r\n" : "\n");
  }
  return text;
}

}  // namespace

TEST_SUITE("data/csv_parallel") {
  TEST_CASE("the result does not depend on where the cuts fall, quotes and line breaks included") {
    Random random(1);
    const std::string records = quoted_records(random, 60);
    for (std::size_t shift = 0; shift < 80; ++shift) {
      const std::string text = "1," + std::string(shift, 'x') + "\n" + records;
      const std::string expected = read_with(text, 1);
      for (const unsigned n_threads : {2u, 3u, 5u}) {
        CAPTURE(shift);
        CAPTURE(n_threads);
        CHECK(read_with(text, n_threads) == expected);
      }
    }
  }

  TEST_CASE("a cut that is guessed inside quotes is found out") {
    // Every cut near the middle falls into one field of lines that look like records.
    std::string text;
    for (int i = 0; i < 20; ++i) text += fmt::format("{},a\n", i);
    text += "20,\"";
    for (int i = 0; i < 200; ++i) text += fmt::format("{},not a record\n", i);
    text += "\"\n";
    for (int i = 0; i < 20; ++i) text += fmt::format("{},b\n", i);
    for (const unsigned n_threads : {2u, 3u, 4u, 7u}) {
      CAPTURE(n_threads);
      CHECK(read_with(text, n_threads) == read_with(text, 1));
    }
  }

  TEST_CASE("bad rows, bad cells and dictionaries are the same in the same order") {
    Random random(2);
    std::string text;
    for (int i = 0; i < 400; ++i) {
      const auto kind = random.below(20);
      if (kind == 0)
        text += "1,2,3\n";
      else if (kind == 1)
        text += "1\n";
      else if (kind == 2)
        text += "n/x,odd\n";
      else if (kind == 3)
        text += "\n\n";
      else if (kind == 4)
        text += "7,\"bad\"quote\n";
      else
        text += fmt::format("{},t{}\n", random.below(50), random.below(30));
    }
    for (const unsigned n_threads : {2u, 3u, 8u}) {
      CAPTURE(n_threads);
      CHECK(read_with(text, n_threads) == read_with(text, 1));
    }
  }

  TEST_CASE("a quote that never ends is reported from wherever it begins") {
    std::string text;
    for (int i = 0; i < 100; ++i) text += fmt::format("{},a\n", i);
    const std::size_t offset = text.size();
    text += "100,\"open\n";
    for (int i = 0; i < 100; ++i) text += fmt::format("{},a\n", i);
    const auto source = borrow_bytes(text);
    for (const unsigned n_threads : {1u, 2u, 4u}) {
      CAPTURE(n_threads);
      const SliceResult result = parse_in_parallel(request_for(*source), n_threads, 64);
      CHECK(result.unterminated == offset);
    }
  }

  TEST_CASE("random bytes are read alike by one thread and by several") {
    static constexpr char kAlphabet[] = "01,,\"\"\n\n\r a.";
    Random random(3);
    for (int repetition = 0; repetition < 300; ++repetition) {
      std::string text;
      for (int i = 0; i < 400; ++i) text += kAlphabet[random.below(sizeof kAlphabet - 1)];
      CAPTURE(text);
      const auto source = borrow_bytes(text);
      const SliceResult one = parse_in_parallel(request_for(*source), 1, 64);
      const SliceResult four = parse_in_parallel(request_for(*source), 4, 64);
      CHECK(one.unterminated == four.unterminated);
      CHECK(one.n_rows == four.n_rows);
      CHECK(one.n_bad_rows == four.n_bad_rows);
    }
  }
}

TEST_SUITE("data/csv_slice") {
  TEST_CASE("records longer than a block are read whole") {
    const std::string long_text(std::size_t{3} << 20, 'y');
    const std::string text = "1,a\n2,\"" + long_text + "\n" + long_text + "\"\n3,b";
    const auto source = borrow_bytes(text);
    SliceResult result = parse_slice(request_for(*source));
    REQUIRE(result.n_rows == 3);
    const TableColumn column = std::move(result.columns[1]).take("x");
    CHECK(column.text(1).size() == long_text.size() * 2 + 1);
    CHECK(column.text(2) == "b");
  }

  TEST_CASE("files larger than a block lose nothing at the block ends") {
    Random random(4);
    const std::string records = quoted_records(random, 60000);
    REQUIRE(records.size() > std::size_t{600} << 10);
    for (const std::size_t shift : {0u, 1u, 2u, 3u, 5u, 8u}) {
      const std::string text = std::string("5,") + std::string(shift, 'x') + "\n" + records;
      const auto source = borrow_bytes(text);
      CAPTURE(shift);
      CHECK(parse_slice(request_for(*source)).n_rows == 60001);
      CHECK(parse_slice(request_for(*source, OnBadRow::fail)).n_bad_rows == 0);
    }
  }

  TEST_CASE("columns that are not wanted are passed over") {
    const auto source = borrow_bytes("1,a\n2,b\n");
    SliceRequest request = request_for(*source);
    request.columns[0].wanted = false;
    SliceResult result = parse_slice(request);
    CHECK(result.columns[0].n_rows() == 0);
    CHECK(std::move(result.columns[1]).take("x").text(1) == "b");
  }
}
