// Rows by bin: what every histogram of a quantity, a column or a day is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlops::observe {

/// Rows of all bins; exact up to 2^53.
[[nodiscard]] double total(std::span<const std::uint64_t> counts);

/// Adds bin by bin. `sum` grows to the bins of `counts`.
void add_counts(std::span<const std::uint64_t> counts, std::vector<std::uint64_t>& sum);

}  // namespace mlops::observe
