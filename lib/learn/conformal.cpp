#include "learn/conformal.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mlops::learn {

namespace {

/// The k-th smallest with k = ceil((n + 1) level), the largest where there are too few rows.
double upper_quantile(std::vector<double> values, double level) {
  if (values.empty()) return 0;
  const auto n = static_cast<double>(values.size());
  const auto k = static_cast<std::size_t>(std::ceil((n + 1) * level));
  const auto position = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(k, 1, values.size()));
  std::nth_element(values.begin(), values.begin() + position - 1, values.end());
  return values[static_cast<std::size_t>(position - 1)];
}

}  // namespace

model::ConformalInterval conformal_interval(std::span<const double> answers,
                                            std::span<const double> truth, double coverage) {
  std::vector<double> too_high;
  std::vector<double> too_low;
  for (std::size_t row = 0; row < answers.size(); ++row) {
    too_high.push_back(answers[row] - truth[row]);
    too_low.push_back(truth[row] - answers[row]);
  }
  const double level = (1 + coverage) / 2;
  model::ConformalInterval interval;
  interval.coverage = coverage;
  interval.below = std::max(0.0, upper_quantile(std::move(too_high), level));
  interval.above = std::max(0.0, upper_quantile(std::move(too_low), level));
  return interval;
}

}  // namespace mlops::learn
