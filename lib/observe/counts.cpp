#include "observe/counts.hpp"

#include <algorithm>
#include <numeric>

namespace mlops::observe {

double total(std::span<const std::uint64_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

void add_counts(std::span<const std::uint64_t> counts, std::vector<std::uint64_t>& sum) {
  sum.resize(std::max(sum.size(), counts.size()), 0);
  for (std::size_t bin = 0; bin < counts.size(); ++bin) sum[bin] += counts[bin];
}

}  // namespace mlops::observe
