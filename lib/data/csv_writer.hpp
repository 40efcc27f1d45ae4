// Writes CSV that the reader of this module reads back to the same cells: RFC 4180, commas, LF,
// UTF-8, quotes only where needed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "data/table.hpp"

namespace mlops::data {

/// Appends one field, quoted when it holds a comma, a quote, a line break, or blanks at an end.
void append_csv_field(std::string& line, std::string_view text);

/// Appends one record with its line end.
void append_csv_record(std::string& text, std::span<const std::string> fields);

/// The whole table with a header line. Missing cells are empty.
[[nodiscard]] std::string to_csv(const Table& table);

}  // namespace mlops::data
