// The known outcomes of a table's rows.
#pragma once

#include "data/metrics.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::workflow {

/// Class indices or numbers of the target column, one a row; missing as in data/conform.hpp.
[[nodiscard]] data::Truth truth_of(const data::Table& table, const data::Schema& schema);

}  // namespace mlops::workflow
