#include "model/kernel.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "model/finite.hpp"

namespace mlops::model {

KernelExpansion::KernelExpansion(KernelParts parts) : parts_(std::move(parts)) {
  const std::size_t n_out = parts_.biases.size();
  n_vectors_ = n_out == 0 ? 0 : parts_.alphas.size() / n_out;
  if (n_out == 0 || parts_.alphas.size() != n_out * n_vectors_ ||
      parts_.vectors.size() != n_vectors_ * n_inputs()) {
    throw Error(ErrorKind::invalid_argument, "model.bad_kernel",
                fmt::format("{} coordinates and {} alphas for {} inputs and {} outputs",
                            parts_.vectors.size(), parts_.alphas.size(), n_inputs(), n_out));
  }
  if (!(parts_.gamma > 0) || !std::isfinite(parts_.gamma)) {
    throw Error(ErrorKind::invalid_argument, "model.bad_kernel",
                fmt::format("gamma is {}, not a positive number", parts_.gamma));
  }
  require_finite(parts_.vectors, "model.bad_kernel", "a support vector's coordinate");
  require_finite(parts_.alphas, "model.bad_kernel", "an alpha");
  require_finite(parts_.biases, "model.bad_kernel", "a bias");
  require_finite(parts_.input_means, "model.bad_kernel", "an input's mean");
}

double KernelExpansion::kernel(std::span<const double> point, std::size_t vector) const noexcept {
  const float* coordinates = parts_.vectors.data() + vector * n_inputs();
  double square = 0;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double difference = point[i] - static_cast<double>(coordinates[i]);
    square += difference * difference;
  }
  return std::exp(-parts_.gamma * square);
}

void KernelExpansion::predict(std::span<const float> inputs, std::size_t n_rows,
                              std::span<double> margins) const {
  std::vector<double> point(n_inputs());
  for (std::size_t row = 0; row < n_rows; ++row) {
    fill_missing(inputs.subspan(row * n_inputs(), n_inputs()), parts_.input_means, point);
    double* answer = margins.data() + row * n_outputs();
    for (std::size_t o = 0; o < n_outputs(); ++o) answer[o] = parts_.biases[o];
    for (std::size_t vector = 0; vector < n_vectors_; ++vector) {
      const double similarity = kernel(point, vector);
      for (std::size_t o = 0; o < n_outputs(); ++o) {
        answer[o] += parts_.alphas[o * n_vectors_ + vector] * similarity;
      }
    }
  }
}

void KernelExpansion::gradient(std::span<const double> point, std::size_t output,
                               std::span<double> slope) const {
  for (double& value : slope) value = 0;
  for (std::size_t vector = 0; vector < n_vectors_; ++vector) {
    const double factor =
        -2 * parts_.gamma * parts_.alphas[output * n_vectors_ + vector] * kernel(point, vector);
    const float* coordinates = parts_.vectors.data() + vector * n_inputs();
    for (std::size_t i = 0; i < point.size(); ++i) {
      slope[i] += factor * (point[i] - static_cast<double>(coordinates[i]));
    }
  }
}

}  // namespace mlops::model
