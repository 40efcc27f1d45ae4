// Some rows of a batch: stretches and selections of conformed rows and of answers.
#pragma once

#include <cstddef>
#include <vector>

#include "data/conform.hpp"
#include "data/predictions.hpp"

namespace mlops::workflow {

/// Rows [first, last). Requires: issues in the order of rows. Their row numbers then count from
/// `first`.
[[nodiscard]] data::ConformedRows slice(const data::ConformedRows& rows, std::size_t first,
                                        std::size_t last);
[[nodiscard]] data::Predictions slice(const data::Predictions& predictions, std::size_t first,
                                      std::size_t last);

/// The rows at `positions`, in that order.
[[nodiscard]] data::Predictions select(const data::Predictions& predictions,
                                       const std::vector<std::size_t>& positions);

}  // namespace mlops::workflow
