// What the CSV fuzzer and the replay of its corpus do with some bytes: read them as a table in
// several ways, infer, conform, and check what must hold whatever the bytes are.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "data/conform.hpp"
#include "data/csv_parallel.hpp"
#include "data/csv_writer.hpp"
#include "data/encoding.hpp"
#include "data/inference.hpp"
#include "data/read_wishes.hpp"
#include "data/reader.hpp"
#include "fuzz/must_hold.hpp"

namespace mlops::fuzz {

inline void check_table(const data::Table& table) {
  std::set<std::string> names;
  for (const data::TableColumn& column : table.columns) {
    must_hold(!column.name.empty() && names.insert(column.name).second);
    must_hold(!data::first_invalid_utf8(column.name));
    must_hold(column.n_rows() == table.n_rows);
    for (const double value : column.numbers) must_hold(!std::isinf(value));
    for (const std::uint32_t code : column.codes) {
      must_hold(code == data::kMissingCode || code < column.dictionary.size());
    }
    for (const std::string& text : column.dictionary) {
      must_hold(!text.empty() && !data::first_invalid_utf8(text));
    }
  }
}

/// What is written comes back cell by cell.
inline void write_and_read(const data::Table& table, const data::Schema& schema) {
  const data::Table again =
      data::read_table_from_bytes(data::to_csv(table), "written.csv", data::read_as_written(schema))
          .table;
  must_hold(again.n_rows == table.n_rows && again.names() == table.names());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    for (std::size_t row = 0; row < table.n_rows; ++row) {
      must_hold(again.columns[i].text(row) == table.columns[i].text(row));
    }
  }
}

inline void use_table(const data::ReadResult& read) {
  check_table(read.table);
  const data::InferenceResult inferred =
      data::infer_schema(read.table, read.dialect, {.choose_target = false});
  const data::RowConformer conformer(inferred.schema);
  const data::ConformedRows rows = conformer.from_table(read.table);
  for (const data::CellIssue& issue : rows.issues) {
    // The training rows themselves hold nothing unseen and nothing out of range.
    must_hold(issue.code != data::CellIssueCode::unseen_category);
    must_hold(issue.code != data::CellIssueCode::out_of_range);
  }
  write_and_read(read.table, inferred.schema);
}

/// Stretches of 64 bytes on four threads give what one thread gives.
inline void compare_threads(std::string_view bytes) {
  const auto source = data::borrow_bytes(bytes);
  const data::MissingMarkers missing(data::default_missing_markers());
  data::SliceRequest request;
  request.source = source.get();
  request.end = source->size();
  request.columns = {{{true, {}}, true}, {{false, {}}, true}};
  request.missing = &missing;
  const data::SliceResult one = data::parse_in_parallel(request, 1, 64);
  const data::SliceResult four = data::parse_in_parallel(request, 4, 64);
  must_hold(one.n_rows == four.n_rows && one.n_bad_rows == four.n_bad_rows);
  must_hold(one.unterminated == four.unterminated && one.n_trailing == four.n_trailing);
}

inline void read_table(std::string_view bytes, const char* name, data::ReadOptions options) {
  options.threads = 1;
  options.checksum = false;
  std::optional<data::ReadResult> read;
  try {
    read = data::read_table_from_bytes(bytes, name, options);
  } catch (const Error& error) {
    must_hold(error.kind() == ErrorKind::invalid_data);
  }
  if (read) use_table(*read);
}

inline void read_any_table(std::string_view bytes) {
  using data::OnBadRow;
  for (const OnBadRow on_bad_row : {OnBadRow::fail, OnBadRow::skip, OnBadRow::missing}) {
    for (const char* name : {"fuzz.csv", "fuzz.tsv", "fuzz.jsonl"})
      read_table(bytes, name, {.on_bad_row = on_bad_row});
  }
  read_table(bytes, "fuzz.csv", {.quote = '\0', .on_bad_row = OnBadRow::missing});
  for (const auto encoding :
       {data::Encoding::utf_8, data::Encoding::latin_1, data::Encoding::utf_16le})
    read_table(bytes, "fuzz.csv", {.on_bad_row = OnBadRow::missing, .encoding = encoding});
  compare_threads(bytes);
}

}  // namespace mlops::fuzz
