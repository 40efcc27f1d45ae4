#include "model/mlp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/finite.hpp"

namespace mlops::model {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::invalid_argument, "model.bad_mlp", what);
}

template <typename T>
T activate(Activation activation, T value) noexcept {
  switch (activation) {
    case Activation::identity:
      return value;
    case Activation::relu:
      return std::max(value, T{0});
    case Activation::tanh:
      return std::tanh(value);
    case Activation::logistic:
      return T{1} / (T{1} + std::exp(-value));
  }
  return value;
}

/// Slope of the activation where it answers `output`.
double slope_at(Activation activation, double output) noexcept {
  switch (activation) {
    case Activation::identity:
      return 1;
    case Activation::relu:
      return output > 0 ? 1 : 0;
    case Activation::tanh:
      return 1 - output * output;
    case Activation::logistic:
      return output * (1 - output);
  }
  return 1;
}

/// One layer for one row. The loop over outputs is the inner one: it runs in vector registers and
/// leaves the order of every sum as written.
template <typename T>
void forward(const DenseLayer& layer, const T* inputs, T* outputs) noexcept {
  for (std::size_t o = 0; o < layer.n_outputs; ++o) outputs[o] = static_cast<T>(layer.biases[o]);
  for (std::size_t i = 0; i < layer.n_inputs; ++i) {
    const float* weights = layer.weights.data() + i * layer.n_outputs;
    for (std::size_t o = 0; o < layer.n_outputs; ++o) {
      outputs[o] += static_cast<T>(weights[o]) * inputs[i];
    }
  }
  for (std::size_t o = 0; o < layer.n_outputs; ++o) {
    outputs[o] = activate(layer.activation, outputs[o]);
  }
}

/// Slope of the result by the layer's outputs -> by its inputs.
std::vector<double> backward(const DenseLayer& layer, const std::vector<double>& outputs,
                             const std::vector<double>& slope) {
  std::vector<double> before(layer.n_inputs);
  for (std::size_t i = 0; i < layer.n_inputs; ++i) {
    for (std::size_t o = 0; o < layer.n_outputs; ++o) {
      before[i] += static_cast<double>(layer.weights[i * layer.n_outputs + o]) * slope[o] *
                   slope_at(layer.activation, outputs[o]);
    }
  }
  return before;
}

}  // namespace

Mlp::Mlp(std::vector<DenseLayer> layers, std::vector<double> input_means)
    : layers_(std::move(layers)), input_means_(std::move(input_means)) {
  if (layers_.empty()) fail("a perceptron has no layer");
  std::size_t width = input_means_.size();
  for (const DenseLayer& layer : layers_) {
    if (layer.n_inputs != width || layer.n_outputs == 0) {
      fail(fmt::format("a layer of {} x {} follows {} values", layer.n_inputs, layer.n_outputs,
                       width));
    }
    width = layer.n_outputs;
    const std::size_t n_weights = std::size_t{layer.n_inputs} * layer.n_outputs;
    if (layer.weights.size() != n_weights || layer.biases.size() != width) {
      fail(fmt::format("a layer of {} x {} has {} weights and {} biases", layer.n_inputs,
                       layer.n_outputs, layer.weights.size(), layer.biases.size()));
    }
    require_finite(layer.weights, "model.bad_mlp", "a weight");
    require_finite(layer.biases, "model.bad_mlp", "a bias");
    widest_ = std::max(widest_, width);
  }
  require_finite(input_means_, "model.bad_mlp", "an input's mean");
  widest_ = std::max(widest_, n_inputs());
}

void Mlp::predict(std::span<const float> inputs, std::size_t n_rows,
                  std::span<double> margins) const {
  std::vector<float> point(n_inputs());
  std::vector<float> from(widest_);
  std::vector<float> to(widest_);
  for (std::size_t row = 0; row < n_rows; ++row) {
    fill_missing(inputs.subspan(row * n_inputs(), n_inputs()), input_means_, point);
    std::copy(point.begin(), point.end(), from.begin());
    for (const DenseLayer& layer : layers_) {
      forward(layer, from.data(), to.data());
      from.swap(to);
    }
    std::copy_n(from.begin(), n_outputs(),
                margins.begin() + static_cast<std::ptrdiff_t>(row * n_outputs()));
  }
}

void Mlp::gradient(std::span<const double> point, std::size_t output,
                   std::span<double> slope) const {
  std::vector<std::vector<double>> outputs;
  std::vector<double> from(point.begin(), point.end());
  for (const DenseLayer& layer : layers_) {
    outputs.emplace_back(layer.n_outputs);
    forward(layer, from.data(), outputs.back().data());
    from = outputs.back();
  }
  std::vector<double> back(n_outputs());
  back[output] = 1;
  for (std::size_t i = layers_.size(); i-- > 0;) back = backward(layers_[i], outputs[i], back);
  std::copy(back.begin(), back.end(), slope.begin());
}

}  // namespace mlops::model
