// Kernel expansions: bias + sum of alpha x exp(-gamma |input - vector|^2). Support vector machines,
// support vector regression and kernel ridge regression all end as one of these.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mlops::model {

/// Plain values; what KernelExpansion is built from.
struct KernelParts {
  double gamma = 1;            ///< > 0, radial basis kernel
  std::vector<float> vectors;  ///< n_vectors x n_inputs, row-major
  std::vector<double> alphas;  ///< n_outputs x n_vectors, row-major
  std::vector<double> biases;  ///< n_outputs, ADDED (dlib subtracts its b: negate it)
  /// Training mean of each input: the start of the path that contributions integrate; n_inputs.
  std::vector<double> input_means;
};

/// Immutable, thread-safe.
class KernelExpansion {
 public:
  KernelExpansion() = default;
  /// Throws invalid_argument ("model.bad_kernel") when sizes do not match or a value is not finite.
  explicit KernelExpansion(KernelParts parts);

  [[nodiscard]] std::size_t n_inputs() const noexcept { return parts_.input_means.size(); }
  [[nodiscard]] std::size_t n_outputs() const noexcept { return parts_.biases.size(); }
  [[nodiscard]] std::size_t n_vectors() const noexcept { return n_vectors_; }
  [[nodiscard]] const KernelParts& parts() const noexcept { return parts_; }

  /// Margins, n_rows x n_outputs. A NaN input counts as its training mean.
  void predict(std::span<const float> inputs, std::size_t n_rows, std::span<double> margins) const;

  /// Gradient of one output's margin at a point, n_inputs.
  void gradient(std::span<const double> point, std::size_t output, std::span<double> slope) const;

 private:
  /// exp(-gamma |point - vector|^2).
  [[nodiscard]] double kernel(std::span<const double> point, std::size_t vector) const noexcept;

  KernelParts parts_;
  std::size_t n_vectors_ = 0;
};

}  // namespace mlops::model
