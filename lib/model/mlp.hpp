// Multilayer perceptrons: dense layers with an activation each, in float32, evaluated in a fixed
// order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlops::model {

/// Part of the on-disk format: add, never renumber.
enum class Activation : std::uint8_t { identity = 0, relu = 1, tanh = 2, logistic = 3 };

/// One dense layer: activation(bias + input . weights).
struct DenseLayer {
  std::uint32_t n_inputs = 0;
  std::uint32_t n_outputs = 0;
  std::vector<float> weights;  ///< n_inputs x n_outputs: weights[i * n_outputs + o]
  std::vector<float> biases;   ///< n_outputs
  Activation activation = Activation::relu;
};

/// Immutable, thread-safe.
class Mlp {
 public:
  Mlp() = default;
  /// Throws invalid_argument ("model.bad_mlp") when layers do not fit together, there is none, or a
  /// value is not finite. `input_means`: training mean of each input, the start of the path that
  /// contributions integrate.
  Mlp(std::vector<DenseLayer> layers, std::vector<double> input_means);

  [[nodiscard]] std::size_t n_inputs() const noexcept { return input_means_.size(); }
  [[nodiscard]] std::size_t n_outputs() const noexcept {
    return layers_.empty() ? 0 : layers_.back().n_outputs;
  }
  [[nodiscard]] const std::vector<DenseLayer>& layers() const noexcept { return layers_; }
  [[nodiscard]] const std::vector<double>& input_means() const noexcept { return input_means_; }

  /// Margins, n_rows x n_outputs. A NaN input counts as its training mean.
  void predict(std::span<const float> inputs, std::size_t n_rows, std::span<double> margins) const;

  /// Gradient of one output's margin at a point, n_inputs (relu: 0 at the kink).
  void gradient(std::span<const double> point, std::size_t output, std::span<double> slope) const;

 private:
  std::vector<DenseLayer> layers_;
  std::vector<double> input_means_;
  std::size_t widest_ = 0;  ///< derived: the largest layer width
};

}  // namespace mlops::model
