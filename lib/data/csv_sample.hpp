// The first records of a file, split but not typed: what the dialect, the header and the columns'
// number formats are judged by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/csv_cursor.hpp"

namespace mlops::data {

/// One split record. Blank lines are not records.
struct CsvRecord {
  std::vector<std::string> fields;  ///< trimmed, unescaped
  std::vector<bool> quoted;
  std::size_t begin = 0;  ///< offset in the sampled text
  std::size_t end = 0;    ///< offset after its line end
};

/// Records and how many could not be split.
struct CsvSample {
  std::vector<CsvRecord> records;
  std::size_t n_bad = 0;  ///< lines with a quote that leaves the field's end in doubt
  bool cut = false;       ///< the text ended inside quotes

  /// The most frequent number of fields, the larger of equals; 0 without records.
  [[nodiscard]] std::size_t usual_width() const;
};

/// Splits at most `max_records` records. Requires: text is empty or ends with a line end.
[[nodiscard]] CsvSample split_records(std::string_view text, CsvSyntax syntax,
                                      std::size_t max_records);

}  // namespace mlops::data
