// Rows that repeat one another.
#pragma once

#include <string>
#include <vector>

#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::workflow {

/// A key of each row over the columns that the schema uses: equal keys, equal rows.
[[nodiscard]] std::vector<std::string> row_keys(const data::Table& table,
                                                const data::Schema& schema);

/// Rows of `fresh` that neither `old` nor an earlier row of `fresh` has.
[[nodiscard]] data::Table without_repeats(const data::Table& fresh, const data::Table& old,
                                          const data::Schema& schema);

/// Share of the rows that repeat an earlier one; 0 without rows.
[[nodiscard]] double repeated_share(const data::Table& table, const data::Schema& schema);

}  // namespace mlops::workflow
