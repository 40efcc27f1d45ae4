// Sentences for rows and cells that do not fit: file, line, column, the offending text, how many
// more.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "data/csv_layout.hpp"
#include "data/csv_reader.hpp"
#include "data/csv_slice.hpp"
#include "data/finding.hpp"

namespace mlops::data {

/// Throws invalid_data for a quote that never ends (data.unterminated_quote) and, when bad rows
/// are not to be passed over, for rows with the wrong number of fields (data.ragged_row) or a quote
/// in doubt (data.bare_quote). Otherwise adds a finding for what was passed over.
void check_rows(const CsvInput& input, const ReadOptions& options, const CsvLayout& layout,
                const SliceResult& slice, std::vector<Finding>& findings);

/// "data.bad_number": the first bad cell and how many more.
[[nodiscard]] Finding describe_bad_cells(const CsvInput& input, const std::string& name,
                                         const ColumnBuilder& column);

/// A finding about bad cells, with what was done about them instead of a hint.
[[nodiscard]] Finding passed_over(Finding finding, OnBadRow on_bad_row);

/// "data.infinite": how many cells were infinite and are missing. Requires: some were.
[[nodiscard]] Finding describe_infinities(const std::string& name, std::uint64_t n);

/// The table without some of its rows.
[[nodiscard]] Table without_rows(const Table& table, const std::set<std::uint64_t>& rows);

}  // namespace mlops::data
