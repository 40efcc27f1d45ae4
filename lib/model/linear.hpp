// Linear scores: intercept + weights . inputs, one a output, in double. Without inputs it is the
// constant that the dummy baseline answers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mlops::model {

/// Plain values; what Linear is built from.
struct LinearParts {
  std::vector<double> intercepts;  ///< n_outputs
  std::vector<double> weights;     ///< n_outputs x n_inputs, row-major
  /// Training mean of each input: the row that contributions are measured from; n_inputs.
  std::vector<double> input_means;
};

/// Immutable, thread-safe.
class Linear {
 public:
  Linear() = default;
  /// Throws invalid_argument ("model.bad_linear") when sizes do not match or a value is not finite.
  explicit Linear(LinearParts parts);

  [[nodiscard]] std::size_t n_inputs() const noexcept { return parts_.input_means.size(); }
  [[nodiscard]] std::size_t n_outputs() const noexcept { return parts_.intercepts.size(); }
  [[nodiscard]] const LinearParts& parts() const noexcept { return parts_; }

  /// Margins, n_rows x n_outputs. A NaN input counts as its training mean.
  void predict(std::span<const float> inputs, std::size_t n_rows, std::span<double> margins) const;

  /// weight x (input - mean) for each input, exact; adds to `contributions`, returns the base.
  [[nodiscard]] double contribute(std::span<const float> inputs, std::size_t output,
                                  std::span<double> contributions) const;

 private:
  LinearParts parts_;
};

}  // namespace mlops::model
