// How a separated file is laid out, decided from its beginning: where records start, what separates
// them, the columns' names and what they seem to hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/byte_source.hpp"
#include "data/csv_cursor.hpp"
#include "data/finding.hpp"
#include "data/missing.hpp"
#include "data/number_format.hpp"
#include "data/reader.hpp"

namespace mlops::data {

/// What to expect of the records.
struct CsvLayout {
  CsvSyntax syntax;
  bool header = true;
  std::string line_end;
  std::uint64_t data_offset = 0;  ///< of the first record that is no header
  std::vector<std::string> names;
  std::vector<std::string> nameless;  ///< those of `names` that the header did not have
  std::vector<ColumnGuess> guesses;
  std::uint64_t expected_rows = 0;  ///< an estimate, a little high
  bool invalid_utf8 = false;        ///< the beginning is not UTF-8: nothing else is set
  std::vector<Finding> findings;
};

/// Decides. `begin` is where text starts (after a byte-order mark). `name` names the file in
/// errors. Throws invalid_data: data.empty_file, data.unterminated_quote, data.bare_quote,
/// data.title_rows, data.separated_by_blanks.
[[nodiscard]] CsvLayout detect_layout(const ByteSource& source, std::uint64_t begin,
                                      std::string_view name, const ReadOptions& options,
                                      const MissingMarkers& missing, bool prefer_tab);

}  // namespace mlops::data
