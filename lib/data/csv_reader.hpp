// Separated text to a table: layout, parsing, verdicts on columns, what to do with bad rows.
#pragma once

#include <optional>
#include <string_view>

#include "data/byte_source.hpp"
#include "data/reader.hpp"

namespace mlops::data {

/// Text to read. The pointers are borrowed.
struct CsvInput {
  const ByteSource* source = nullptr;
  std::uint64_t begin = 0;  ///< after a byte-order mark
  std::string_view name;    ///< for errors
  bool prefer_tab = false;  ///< the file's name ends in .tsv
  const ReadOptions* options = nullptr;
};

/// Fills table, findings and the dialect's separator to missing markers. Nothing when the text is
/// not UTF-8 throughout: the caller decodes it and calls again. Throws io and invalid_data.
[[nodiscard]] std::optional<ReadResult> read_csv(const CsvInput& input);

}  // namespace mlops::data
