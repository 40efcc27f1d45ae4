// What separates, quotes and heads a file, judged by its first records.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/csv_cursor.hpp"
#include "data/csv_sample.hpp"
#include "data/missing.hpp"

namespace mlops::data {

/// Records that judgements are based on.
inline constexpr std::size_t kSampleRecords = 500;

/// Separator and quote of `text`. The separator is the candidate (comma, semicolon, tab, bar,
/// byte 1) by which most records have the same number of fields, at least two; of equals the one
/// whose fields hold fewer other candidates. Single quotes quote when there are no double quotes
/// and records split as well or better by them. What is given is not looked for.
/// Requires: text is empty or ends with a line end.
[[nodiscard]] CsvSyntax detect_syntax(std::string_view text, std::optional<char> separator,
                                      std::optional<char> quote, bool prefer_tab);

/// Whether the first record names the columns: each column whose first cell is text above numbers,
/// dates or truth values speaks for it, each whose first cell is like the rest against it. Whole
/// numbers that count up by one (years, or 0, 1, 2 ...) above cells that do not are names too.
/// True when nothing speaks either way.
[[nodiscard]] bool detect_header(const CsvSample& sample, const MissingMarkers& missing);

/// "lf", "crlf", "cr" or "mixed", by the ends of a sample's records; "lf" without any. `text` is
/// what was split, without a line end that the file itself does not have.
[[nodiscard]] std::string detect_line_end(std::string_view text, const CsvSample& sample);

}  // namespace mlops::data
