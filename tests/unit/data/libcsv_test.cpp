// Differential test against libcsv (Robert Gamble), an independent reader: generated RFC 4180 files
// must give the same fields.
#include <csv.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/random.hpp"
#include "data/reader.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

using Records = std::vector<std::vector<std::string>>;

struct Collector {
  Records records;
  std::vector<std::string> current;
};

void end_field(void* text, std::size_t size, void* collector) {
  static_cast<Collector*>(collector)->current.emplace_back(static_cast<const char*>(text), size);
}

void end_record(int, void* collector) {
  auto* all = static_cast<Collector*>(collector);
  all->records.push_back(std::move(all->current));
  all->current.clear();
}

Records by_libcsv(const std::string& text) {
  csv_parser parser;
  REQUIRE(csv_init(&parser, CSV_STRICT) == 0);
  Collector collector;
  const std::size_t n =
      csv_parse(&parser, text.data(), text.size(), end_field, end_record, &collector);
  CHECK(n == text.size());
  csv_fini(&parser, end_field, end_record, &collector);
  csv_free(&parser);
  return collector.records;
}

/// The rows below the header; an empty cell is "".
Records by_us(const std::string& text, std::size_t n_columns, unsigned n_threads) {
  ReadOptions options;
  options.separator = ',';
  options.quote = '"';
  options.header = true;
  options.missing_markers = std::vector<std::string>{};
  options.threads = n_threads;
  for (std::size_t i = 0; i < n_columns; ++i) options.text_columns.push_back(fmt::format("c{}", i));
  const Table table = read_table_from_bytes(text, "generated.csv", options).table;
  Records records(table.n_rows);
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    for (const TableColumn& column : table.columns) records[row].push_back(column.text(row));
  }
  return records;
}

/// A field without blanks at its ends, which the two readers treat differently.
std::string random_field(Random& random) {
  static constexpr char kAlphabet[] = "abcXYZ019.-+,,\"\"\n\r;'\t ";
  std::string field;
  const auto n = random.below(random.below(10) == 0 ? 60 : 8);
  for (std::uint64_t i = 0; i < n; ++i) field += kAlphabet[random.below(sizeof kAlphabet - 1)];
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!field.empty() && is_blank(field.front())) field.erase(0, 1);
  while (!field.empty() && is_blank(field.back())) field.pop_back();
  return field;
}

std::string quoted(const std::string& field) {
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::string random_csv(Random& random, std::size_t n_columns, std::size_t n_rows) {
  const std::string line_end = random.below(2) == 0 ? "\n" : "\r\n";
  std::string text;
  for (std::size_t i = 0; i < n_columns; ++i) text += fmt::format("{}c{}", i > 0 ? "," : "", i);
  text += line_end;
  for (std::size_t row = 0; row < n_rows; ++row) {
    for (std::size_t i = 0; i < n_columns; ++i) {
      const std::string field = random_field(random);
      const bool must_quote = field.find_first_of(",\"\r\n") != std::string::npos;
      text += i > 0 ? "," : "";
      text += must_quote || random.below(5) == 0 ? quoted(field) : field;
    }
    if (row + 1 < n_rows || random.below(2) == 0) text += line_end;
  }
  return text;
}

}  // namespace

TEST_SUITE("data/libcsv") {
  TEST_CASE("generated RFC 4180 files give the fields that libcsv finds") {
    Random random(20260101);
    for (int repetition = 0; repetition < 400; ++repetition) {
      const std::size_t n_columns = 2 + random.below(5);
      const std::string text = random_csv(random, n_columns, 1 + random.below(40));
      CAPTURE(repetition);
      CAPTURE(text);
      Records expected = by_libcsv(text);
      expected.erase(expected.begin());
      CHECK(by_us(text, n_columns, 1) == expected);
    }
  }

  TEST_CASE("a large generated file gives the same fields on two threads") {
    Random random(7);
    const std::string text = random_csv(random, 4, 300000);
    REQUIRE(text.size() > std::size_t{8} << 20);
    Records expected = by_libcsv(text);
    expected.erase(expected.begin());
    CHECK(by_us(text, 4, 2) == expected);
  }
}
