// Says so when the rows look like a time series although no time column was given: a random split
// then scores the past with the future.
#pragma once

#include <optional>

#include "data/finding.hpp"
#include "learn/dataset.hpp"

namespace mlops::learn {

/// "learn.ordered_rows" when the targets of neighbouring rows are alike beyond chance: lag-1
/// autocorrelation above 0.2 and six standard errors (1 / sqrt(n) for independent rows: Box &
/// Jenkins, "Time series analysis", 1970, section 2.1.6). Nothing when the dataset has a time.
[[nodiscard]] std::optional<data::Finding> check_row_order(const Dataset& dataset);

}  // namespace mlops::learn
