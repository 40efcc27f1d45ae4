#include "model/linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/finite.hpp"

namespace mlops::model {

Linear::Linear(LinearParts parts) : parts_(std::move(parts)) {
  const std::size_t n_weights = parts_.intercepts.size() * parts_.input_means.size();
  if (parts_.intercepts.empty() || parts_.weights.size() != n_weights) {
    throw Error(ErrorKind::invalid_argument, "model.bad_linear",
                fmt::format("{} weights for {} inputs and {} outputs", parts_.weights.size(),
                            parts_.input_means.size(), parts_.intercepts.size()));
  }
  require_finite(parts_.intercepts, "model.bad_linear", "an intercept");
  require_finite(parts_.weights, "model.bad_linear", "a weight");
  require_finite(parts_.input_means, "model.bad_linear", "an input's mean");
}

void Linear::predict(std::span<const float> inputs, std::size_t n_rows,
                     std::span<double> margins) const {
  const std::size_t n = n_inputs();
  std::vector<double> point(n);
  for (std::size_t row = 0; row < n_rows; ++row) {
    fill_missing(inputs.subspan(row * n, n), parts_.input_means, point);
    for (std::size_t output = 0; output < n_outputs(); ++output) {
      const double* weights = parts_.weights.data() + output * n;
      double margin = parts_.intercepts[output];
      for (std::size_t i = 0; i < n; ++i) margin += weights[i] * point[i];
      margins[row * n_outputs() + output] = margin;
    }
  }
}

double Linear::contribute(std::span<const float> inputs, std::size_t output,
                          std::span<double> contributions) const {
  const std::size_t n = n_inputs();
  std::vector<double> point(n);
  fill_missing(inputs, parts_.input_means, point);
  double base = parts_.intercepts[output];
  for (std::size_t i = 0; i < n; ++i) {
    const double weight = parts_.weights[output * n + i];
    contributions[i] += weight * (point[i] - parts_.input_means[i]);
    base += weight * parts_.input_means[i];
  }
  return base;
}

}  // namespace mlops::model
