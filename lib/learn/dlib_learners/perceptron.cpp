// A perceptron with one hidden layer of tanh units, its loss minimised by dlib's L-BFGS: few
// thousand parameters, a smooth loss, and no learning rate to tune.
#include "learn/dlib_learners/dlib_base.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/dlib_learners/linear_loss.hpp"
#include "learn/dlib_learners/minimize.hpp"
#include "learn/dlib_learners/sparse_rows.hpp"

namespace mlops::learn {

namespace {

/// Where the parts of the parameter vector begin: hidden weights (n_inputs x n_hidden), hidden
/// biases, output weights (n_hidden x n_outputs), output biases.
struct Layout {
  std::size_t n_inputs = 0;
  std::size_t n_hidden = 0;
  std::size_t n_outputs = 0;

  [[nodiscard]] std::size_t hidden_biases() const { return n_inputs * n_hidden; }
  [[nodiscard]] std::size_t output_weights() const { return hidden_biases() + n_hidden; }
  [[nodiscard]] std::size_t output_biases() const {
    return output_weights() + n_hidden * n_outputs;
  }
  [[nodiscard]] std::size_t size() const { return output_biases() + n_outputs; }
};

/// mean of weight x loss + l2 / 2 x |weights|^2, and its gradient by back-propagation.
class PerceptronLoss {
 public:
  PerceptronLoss(const SparseRows& rows, const Sample& sample, const Layout& layout, double l2)
      : rows_(rows), sample_(sample), layout_(layout), l2_(l2), total_(total_weight(sample)) {}

  double operator()(std::span<const double> parameters, std::span<double> gradient) const {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    std::vector<double> hidden(layout_.n_hidden);
    std::vector<double> scores(layout_.n_outputs);
    double loss = 0;
    for (std::size_t row = 0; row < rows_.n_rows(); ++row) {
      forward(row, parameters, hidden, scores);
      const double share = sample_.weight(row) / total_;
      loss += share * score_loss(sample_, row, scores);
      for (auto& score : scores) score *= share;
      backward(row, parameters, hidden, scores, gradient);
    }
    return loss + penalty(parameters, gradient);
  }

 private:
  void forward(std::size_t row, std::span<const double> parameters, std::span<double> hidden,
               std::span<double> scores) const {
    std::copy_n(parameters.data() + layout_.hidden_biases(), layout_.n_hidden, hidden.data());
    rows_.add_scores(row, parameters, hidden);
    for (auto& unit : hidden) unit = std::tanh(unit);
    std::copy_n(parameters.data() + layout_.output_biases(), layout_.n_outputs, scores.data());
    const double* weights = parameters.data() + layout_.output_weights();
    for (std::size_t h = 0; h < hidden.size(); ++h) {
      for (std::size_t k = 0; k < scores.size(); ++k) {
        scores[k] += hidden[h] * weights[h * scores.size() + k];
      }
    }
  }

  void backward(std::size_t row, std::span<const double> parameters, std::span<double> hidden,
                std::span<const double> errors, std::span<double> gradient) const {
    const double* weights = parameters.data() + layout_.output_weights();
    double* slopes = gradient.data() + layout_.output_weights();
    for (std::size_t h = 0; h < hidden.size(); ++h) {
      double error = 0;
      for (std::size_t k = 0; k < errors.size(); ++k) {
        slopes[h * errors.size() + k] += hidden[h] * errors[k];
        error += errors[k] * weights[h * errors.size() + k];
      }
      hidden[h] = error * (1 - hidden[h] * hidden[h]);
      gradient[layout_.hidden_biases() + h] += hidden[h];
    }
    for (std::size_t k = 0; k < errors.size(); ++k) {
      gradient[layout_.output_biases() + k] += errors[k];
    }
    rows_.add_slopes(row, hidden, gradient);
  }

  double penalty(std::span<const double> parameters, std::span<double> gradient) const {
    double sum = 0;
    const auto add = [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        sum += l2_ / 2 * parameters[i] * parameters[i];
        gradient[i] += l2_ * parameters[i];
      }
    };
    add(0, layout_.hidden_biases());
    add(layout_.output_weights(), layout_.output_biases());
    return sum;
  }

  const SparseRows& rows_;
  const Sample& sample_;
  Layout layout_;
  double l2_;
  double total_;
};

/// Source: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural
/// networks", 2010, equation 16.
std::vector<double> initial_parameters(const Layout& layout, std::uint64_t seed) {
  std::vector<double> parameters(layout.size(), 0.0);
  Random random(seed);
  const auto fill = [&](std::size_t begin, std::size_t end, std::size_t n_ends) {
    const double bound = std::sqrt(6.0 / static_cast<double>(n_ends));
    for (std::size_t i = begin; i < end; ++i) parameters[i] = bound * (2 * random.uniform() - 1);
  };
  fill(0, layout.hidden_biases(), layout.n_inputs + layout.n_hidden);
  fill(layout.output_weights(), layout.output_biases(), layout.n_hidden + layout.n_outputs);
  return parameters;
}

model::DenseLayer dense_layer(std::size_t n_inputs, std::size_t n_outputs,
                              std::span<const double> weights, std::span<const double> biases) {
  model::DenseLayer layer;
  layer.n_inputs = static_cast<std::uint32_t>(n_inputs);
  layer.n_outputs = static_cast<std::uint32_t>(n_outputs);
  for (const double weight : weights) layer.weights.push_back(static_cast<float>(weight));
  for (const double bias : biases) layer.biases.push_back(static_cast<float>(bias));
  return layer;
}

class PerceptronLearner final : public Learner {
 public:
  explicit PerceptronLearner(const PerceptronParameters& parameters) : parameters_(parameters) {}

  [[nodiscard]] model::Member fit(const Sample& train, const FitHints&,
                                  const FitContext& context) const override {
    const Layout layout{train.n_inputs, parameters_.n_hidden, n_score_outputs(train)};
    const SparseRows rows(train.inputs, train.n_rows, train.n_inputs);
    Sample targets = bare_copy(train);
    const auto [mean, deviation] = standardize(targets.values);
    const auto solution = solve(rows, targets, layout, context);
    const std::span<const double> all(solution);
    model::Member member;
    member.learner = "mlp";
    member.predictor = perceptron(layout, all, rows.means());
    member.parameters.margin_scale = deviation;
    member.parameters.margin_shift = mean;
    if (train.n_classes > 0) {
      member.link = layout.n_outputs == 1 ? model::Link::logistic : model::Link::softmax;
    }
    return member;
  }

 private:
  /// Truth and weights, without the inputs.
  static Sample bare_copy(const Sample& train) {
    Sample copy;
    copy.task = train.task;
    copy.n_classes = train.n_classes;
    copy.n_rows = train.n_rows;
    copy.classes = train.classes;
    copy.values = train.values;
    copy.weights = train.weights;
    return copy;
  }

  /// Centres and scales in place; {0, 1} for no values.
  static std::pair<double, double> standardize(std::vector<double>& values) {
    if (values.empty()) return {0.0, 1.0};
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values) mean += value / n;
    double variance = 0;
    for (const double value : values) variance += (value - mean) * (value - mean) / n;
    const double deviation = variance > 0 ? std::sqrt(variance) : 1;
    for (auto& value : values) value = (value - mean) / deviation;
    return {mean, deviation};
  }

  [[nodiscard]] std::vector<double> solve(const SparseRows& rows, const Sample& targets,
                                          const Layout& layout, const FitContext& context) const
      try {
    const PerceptronLoss loss(rows, targets, layout, parameters_.l2);
    return minimize(loss, initial_parameters(layout, context.seed),
                    {.most_iterations = parameters_.max_iterations}, context);
  } catch (const dlib::error& error) {
    throw Error(ErrorKind::internal, "learn.dlib", fmt::format("dlib failed: {}", error.what()));
  }

  static model::Mlp perceptron(const Layout& layout, std::span<const double> all,
                               std::vector<double> means) {
    auto hidden = dense_layer(layout.n_inputs, layout.n_hidden, all.first(layout.hidden_biases()),
                              all.subspan(layout.hidden_biases(), layout.n_hidden));
    hidden.activation = model::Activation::tanh;
    auto output =
        dense_layer(layout.n_hidden, layout.n_outputs,
                    all.subspan(layout.output_weights(), layout.n_hidden * layout.n_outputs),
                    all.subspan(layout.output_biases()));
    output.activation = model::Activation::identity;
    return {{std::move(hidden), std::move(output)}, std::move(means)};
  }

  PerceptronParameters parameters_;
};

}  // namespace

std::unique_ptr<Learner> make_perceptron_learner(const PerceptronParameters& parameters) {
  return std::make_unique<PerceptronLearner>(parameters);
}

}  // namespace mlops::learn
