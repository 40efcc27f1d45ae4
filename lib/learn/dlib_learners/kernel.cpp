// Kernel machines by dlib: support vector machines, support vector regression, kernel ridge
// regression, all as one model::KernelExpansion.
#include "learn/dlib_learners/dlib_base.hpp"

#include <dlib/svm.h>
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "base/error.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/dlib_learners/linear_loss.hpp"
#include "learn/dlib_learners/sparse_rows.hpp"

namespace mlops::learn {

namespace {

using Row = dlib::matrix<double, 0, 1>;
using Kernel = dlib::radial_basis_kernel<Row>;
using Function = dlib::decision_function<Kernel>;

constexpr long kPlattFolds = 3;
constexpr unsigned long kMostBasisRows = 400;
/// Half the width of the tube in standard deviations of the target. Source: scikit-learn's default.
constexpr double kInsensitivity = 0.1;

std::vector<Row> rows_of(const Sample& sample) {
  std::vector<Row> rows(sample.n_rows);
  for (std::size_t row = 0; row < sample.n_rows; ++row) {
    rows[row].set_size(static_cast<long>(sample.n_inputs));
    const auto* from = sample.inputs.data() + row * sample.n_inputs;
    std::copy(from, from + sample.n_inputs, rows[row].begin());
  }
  return rows;
}

/// 1 / (number of inputs x mean variance): scikit-learn's gamma='scale'.
double default_gamma(const Sample& sample) {
  double sum = 0;
  double squares = 0;
  for (const float value : sample.inputs) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto count = static_cast<double>(std::max<std::size_t>(1, sample.inputs.size()));
  const double variance = squares / count - (sum / count) * (sum / count);
  return 1 / (static_cast<double>(sample.n_inputs) * std::max(variance, 1e-6));
}

/// Collects decision functions of one kernel over shared vectors.
class ExpansionBuilder {
 public:
  ExpansionBuilder(const Sample& sample, double gamma, std::size_t n_outputs)
      : n_inputs_(sample.n_inputs), outputs_(n_outputs) {
    parts_.gamma = gamma;
    parts_.biases.assign(n_outputs, 0.0);
    parts_.input_means = SparseRows(sample.inputs, sample.n_rows, sample.n_inputs).means();
  }

  /// Adds scale x function + shift as one output.
  void add(std::size_t output, const Function& function, double scale, double shift) {
    for (long i = 0; i < function.basis_vectors.size(); ++i) {
      const auto& basis = function.basis_vectors(i);
      std::vector<float> vector(basis.begin(), basis.end());
      const auto [found, is_new] = index_.emplace(vector, index_.size());
      if (is_new) parts_.vectors.insert(parts_.vectors.end(), vector.begin(), vector.end());
      outputs_[output][found->second] += scale * function.alpha(i);
    }
    parts_.biases[output] = shift - scale * function.b;
  }

  model::KernelExpansion take() {
    const auto n_vectors = index_.size();
    parts_.alphas.assign(outputs_.size() * n_vectors, 0.0);
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      for (const auto& [vector, alpha] : outputs_[k]) parts_.alphas[k * n_vectors + vector] = alpha;
    }
    return model::KernelExpansion(std::move(parts_));
  }

 private:
  std::size_t n_inputs_;
  model::KernelParts parts_;
  std::map<std::vector<float>, std::size_t> index_;
  std::vector<std::map<std::size_t, double>> outputs_;
};

/// Mean and standard deviation of the target; kernels are fitted to the standardised one.
struct TargetScale {
  double mean = 0;
  double deviation = 1;
};

TargetScale scale_of(const std::vector<double>& values) {
  TargetScale scale;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) scale.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - scale.mean) * (value - scale.mean);
  if (squares > 0) scale.deviation = std::sqrt(squares / n);
  return scale;
}

class KernelLearner final : public Learner {
 public:
  explicit KernelLearner(const KernelParameters& parameters) : parameters_(parameters) {}

  [[nodiscard]] model::Member fit(const Sample& train, const FitHints&,
                                  const FitContext& context) const override try {
    const double gamma = parameters_.gamma > 0 ? parameters_.gamma : default_gamma(train);
    const auto n_outputs = n_score_outputs(train);
    ExpansionBuilder builder(train, gamma, n_outputs);
    const auto rows = rows_of(train);
    if (train.n_classes == 0) {
      add_regression(train, rows, gamma, builder);
    } else {
      for (std::size_t output = 0; output < n_outputs; ++output) {
        context.check();
        add_classifier(train, rows, output, gamma, builder);
      }
    }
    model::Member member;
    member.learner = learner_name(parameters_);
    member.predictor = builder.take();
    if (train.n_classes > 0) {
      member.link = n_outputs == 1 ? model::Link::logistic : model::Link::one_vs_rest;
    }
    return member;
  } catch (const dlib::error& error) {
    throw Error(ErrorKind::internal, "learn.dlib", fmt::format("dlib failed: {}", error.what()));
  }

 private:
  void add_regression(const Sample& train, const std::vector<Row>& rows, double gamma,
                      ExpansionBuilder& builder) const {
    const auto scale = scale_of(train.values);
    std::vector<double> targets;
    for (const double value : train.values) {
      targets.push_back((value - scale.mean) / scale.deviation);
    }
    Function function;
    if (parameters_.method == KernelParameters::Method::ridge) {
      dlib::krr_trainer<Kernel> trainer;
      trainer.set_kernel(Kernel(gamma));
      trainer.use_regression_loss_for_loo_cv();
      trainer.set_max_basis_size(kMostBasisRows);
      function = trainer.train(rows, targets);
    } else {
      dlib::svr_trainer<Kernel> trainer;
      trainer.set_kernel(Kernel(gamma));
      trainer.set_c(parameters_.c);
      trainer.set_epsilon_insensitivity(kInsensitivity);
      function = trainer.train(rows, targets);
    }
    builder.add(0, function, scale.deviation, scale.mean);
  }

  void add_classifier(const Sample& train, const std::vector<Row>& rows, std::size_t output,
                      double gamma, ExpansionBuilder& builder) const {
    const std::size_t positive = train.n_classes == 2 ? 1 : output;
    std::vector<double> labels;
    std::size_t n_positive = 0;
    for (const auto label : train.classes) {
      labels.push_back(label == positive ? 1 : -1);
      n_positive += label == positive ? 1 : 0;
    }
    constexpr std::size_t kFewest = static_cast<std::size_t>(kPlattFolds) * 2;
    if (n_positive < kFewest || train.n_rows - n_positive < kFewest) {
      builder.add(output, Function{}, 0, constant_score(n_positive, train.n_rows));
      return;
    }
    dlib::svm_c_trainer<Kernel> trainer;
    trainer.set_kernel(Kernel(gamma));
    trainer.set_c_class1(parameters_.c * mean_class_weight(train, positive, true));
    trainer.set_c_class2(parameters_.c * mean_class_weight(train, positive, false));
    const auto fitted =
        dlib::train_probabilistic_decision_function(trainer, rows, labels, kPlattFolds);
    // dlib's probability is 1 / (1 + exp(alpha f + beta)).
    builder.add(output, fitted.decision_funct, -fitted.alpha, -fitted.beta);
  }

  /// Of the rows of class `positive`, or of all others. Platt's fit counts rows as they come, so
  /// that the probabilities are in the data's own proportions.
  static double mean_class_weight(const Sample& train, std::size_t positive, bool of_positive) {
    if (train.class_weights.empty()) return 1;
    double sum = 0;
    double n = 0;
    for (const auto label : train.classes) {
      if ((label == positive) != of_positive) continue;
      sum += train.class_weights[label];
      ++n;
    }
    return sum / n;
  }

  /// Log odds of the class's share, for a class with too few rows for a machine.
  static double constant_score(std::size_t n_positive, std::size_t n_rows) {
    const double share =
        (static_cast<double>(n_positive) + 0.5) / (static_cast<double>(n_rows) + 1);
    return std::log(share / (1 - share));
  }

  KernelParameters parameters_;
};

}  // namespace

std::unique_ptr<Learner> make_kernel_learner(const KernelParameters& parameters) {
  return std::make_unique<KernelLearner>(parameters);
}

}  // namespace mlops::learn
