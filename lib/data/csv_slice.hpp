// Parses one stretch of a separated file into columns, block by block. Several of them, cut at
// record ends, make a file; each can run on a thread of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/byte_source.hpp"
#include "data/column_builder.hpp"
#include "data/csv_cursor.hpp"
#include "data/reader.hpp"

namespace mlops::data {

/// A column of the file and what to make of it.
struct SliceColumn {
  ColumnGuess guess;
  bool wanted = true;  ///< false: pass over its cells
};

/// What to parse. The pointers are borrowed.
struct SliceRequest {
  const ByteSource* source = nullptr;
  std::uint64_t begin = 0;  ///< offset of the first record
  std::uint64_t end = 0;    ///< records that begin before it are parsed, however far they reach
  CsvSyntax syntax;
  std::vector<SliceColumn> columns;
  const MissingMarkers* missing = nullptr;
  OnBadRow on_bad_row = OnBadRow::fail;
  std::size_t expected_rows = 0;
};

/// A record that does not have the right number of fields.
struct BadRow {
  std::uint64_t offset = 0;
  std::size_t n_fields = 0;  ///< 0: a quote inside a quoted field leaves its end in doubt
};

/// What was found.
struct SliceResult {
  std::vector<ColumnBuilder> columns;
  std::uint64_t n_rows = 0;
  std::vector<BadRow> bad_rows;  ///< the first kKeptBadRows
  std::uint64_t n_bad_rows = 0;
  std::uint64_t n_trailing = 0;  ///< records with one separator too many at their end
  std::uint64_t end = 0;         ///< offset after the last record parsed and blank lines behind it
  /// Offset of a record whose quoted field never ends; nothing is parsed beyond.
  std::optional<std::uint64_t> unterminated;

  static constexpr std::size_t kKeptBadRows = 100;
};

/// Parses a stretch. Throws io.
[[nodiscard]] SliceResult parse_slice(const SliceRequest& request);

/// Appends the rows of the stretch that follows.
void append_slice(SliceResult& slice, SliceResult&& next);

}  // namespace mlops::data
