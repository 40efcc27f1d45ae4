// What the CSV fuzzer and the replay of its corpus do with some bytes: read them as a table in
// several ways, infer, conform, and check what must hold whatever the bytes are.
#pragma once

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "data/conform.hpp"
#include "data/csv_parallel.hpp"
#include "data/encoding.hpp"
#include "data/inference.hpp"
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

inline void read_any_table(std::string_view bytes) {
  using data::OnBadRow;
  for (const OnBadRow on_bad_row : {OnBadRow::fail, OnBadRow::skip, OnBadRow::missing}) {
    for (const char* name : {"fuzz.csv", "fuzz.tsv", "fuzz.jsonl"}) {
      data::ReadOptions options;
      options.on_bad_row = on_bad_row;
      options.threads = 1;
      options.checksum = false;
      try {
        use_table(data::read_table_from_bytes(bytes, name, options));
      } catch (const Error& error) {
        must_hold(error.kind() == ErrorKind::invalid_data);
      }
    }
  }
  compare_threads(bytes);
}

}  // namespace mlops::fuzz
