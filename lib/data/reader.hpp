// Reads whatever a person calls a table: .csv, .tsv, .jsonl, each also gzipped, or stdin. Detects
// the dialect, reports it, and refuses with file, line and column what cannot be read rightly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/encoding.hpp"
#include "data/finding.hpp"
#include "data/table.hpp"

namespace mlops::data {

/// What to do with a row that has the wrong number of fields, or a cell that is not a number in a
/// column of numbers (one that the caller fixed, or where at most 1 % of the cells are not).
/// `skip` leaves the row out; `missing` keeps what fits and makes the rest missing.
enum class OnBadRow { fail, skip, missing };

std::optional<OnBadRow> parse_on_bad_row(std::string_view text) noexcept;

/// What the caller insists on; anything absent is detected.
struct ReadOptions {
  std::optional<char> separator;
  std::optional<char> quote;  ///< '\0': nothing quotes
  std::optional<bool> header;
  std::optional<char> decimal;
  std::optional<char> thousands;
  /// Cells that mean missing; absent: the defaults (empty, NA, N/A, NaN, null, none, ?, -, ...).
  std::optional<std::vector<std::string>> missing_markers;
  /// Lines to leave out before the header.
  std::uint64_t skip_lines = 0;
  OnBadRow on_bad_row = OnBadRow::fail;
  /// Columns that must stay text even if every cell is a number (leading zeros are kept anyway).
  std::vector<std::string> text_columns;
  /// Columns that must be numbers: a cell which is not is handled by `on_bad_row`.
  std::vector<std::string> number_columns;
  /// Columns that become text when a cell is no number, however few are.
  std::vector<std::string> level_columns;
  /// Taken where cells such as "1,234" leave open whether the comma is decimal.
  bool expect_decimal_comma = false;
  /// utf_8 and utf_8_bom mean the same here.
  std::optional<Encoding> encoding;
  /// Threads for parsing; 0 means the machine's.
  unsigned threads = 0;
  /// Computes ReadResult::sha256, which costs another pass over the file.
  bool checksum = true;
};

/// How the bytes were understood.
struct Dialect {
  std::string format = "csv";      ///< csv, tsv or jsonl
  std::string encoding = "utf-8";  ///< utf-8, utf-8-bom, latin-1, utf-16le, utf-16be
  std::string compression;         ///< "gzip" or ""
  char separator = ',';
  char quote = '"';
  bool header = true;
  std::string line_end = "lf";  ///< lf, crlf, cr or mixed
  char decimal = '.';
  std::optional<char> thousands;
  std::vector<std::string> missing_markers;  ///< those in force
};

/// A table and how it was read.
struct ReadResult {
  Table table;
  Dialect dialect;
  /// Things worth telling: skipped rows, renamed columns, decoded encodings.
  std::vector<Finding> findings;
  /// SHA-256 of the file's bytes as stored, for the recipe; empty when not asked for.
  std::string sha256;
  std::uint64_t size_bytes = 0;
};

/// Reads `path`; "-" is standard input. Throws not_found, io, or invalid_data with a code
/// ("data.empty_file", "data.no_rows", "data.ragged_row", ...), line and column.
[[nodiscard]] ReadResult read_table(const std::filesystem::path& path,
                                    const ReadOptions& options = {});

/// The same for bytes in memory; `source` names them in errors, its ending chooses the format.
[[nodiscard]] ReadResult read_table_from_bytes(std::string_view bytes, std::string_view source,
                                               const ReadOptions& options = {});

}  // namespace mlops::data
