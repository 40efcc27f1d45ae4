// JSON lines: one object a line, members are columns.
#pragma once

#include "data/csv_reader.hpp"

namespace mlops::data {

/// Columns in order of first appearance; a member that a line lacks is missing there. null is
/// missing, true and false are the texts "true" and "false", texts are taken as CSV cells are
/// (missing markers, numbers in quotes), except that nothing is trimmed off numbers. Nested values
/// are refused. Throws invalid_data with the line ("data.bad_json_line").
[[nodiscard]] std::optional<ReadResult> read_json_lines(const CsvInput& input);

}  // namespace mlops::data
