// Linear models: dlib's L-BFGS on the penalised log loss (dlib has no multinomial logistic
// regression of its own), dlib's Cholesky decomposition on the normal equations of ridge.
#include "learn/dlib_learners/dlib_base.hpp"

#include <dlib/matrix.h>
#include <dlib/optimization.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/dlib_learners/linear_loss.hpp"

namespace mlops::learn {

namespace {

using Vector = dlib::matrix<double, 0, 1>;
using SquareMatrix = dlib::matrix<double>;

constexpr std::size_t kMostCholeskyInputs = 1000;
constexpr unsigned long kMostIterations = 300;
constexpr unsigned long kMemory = 10;
/// Of the mean loss; far below what a validation part can see.
constexpr double kSmallestGain = 1e-8;

/// dlib asks for value and gradient at the same point one after the other; both are computed once.
class RememberedLoss {
 public:
  RememberedLoss(const LinearLoss& loss, const FitContext& context)
      : loss_(loss), context_(context) {}

  double value(const Vector& point) { return at(point).loss; }
  const Vector& gradient(const Vector& point) { return at(point).slope; }

 private:
  struct Evaluation {
    Vector point;
    Vector slope;
    double loss = 0;
  };

  const Evaluation& at(const Vector& point) {
    if (last_.point.size() == point.size() && last_.point == point) return last_;
    context_.check();
    last_.point = point;
    last_.slope.set_size(point.size());
    const auto size = static_cast<std::size_t>(point.size());
    last_.loss = loss_.evaluate({&last_.point(0), size}, {&last_.slope(0), size});
    return last_;
  }

  const LinearLoss& loss_;
  const FitContext& context_;
  Evaluation last_;
};

Vector minimize(const LinearLoss& loss, const FitContext& context) {
  Vector parameters;
  parameters.set_size(static_cast<long>(loss.n_parameters()));
  parameters = 0;
  RememberedLoss remembered(loss, context);
  dlib::find_min(
      dlib::lbfgs_search_strategy(kMemory),
      dlib::objective_delta_stop_strategy(kSmallestGain, kMostIterations),
      [&](const Vector& point) { return remembered.value(point); },
      [&](const Vector& point) { return remembered.gradient(point); }, parameters, -1);
  return parameters;
}

/// (X'WX + alpha I) b = X'Wy on centred data, so that the intercept is not penalised.
Vector solve_ridge(const SparseRows& rows, const Sample& sample, double alpha) {
  const auto n = static_cast<long>(rows.n_inputs());
  SquareMatrix products(n, n);
  products = 0;
  Vector moments(n);
  moments = 0;
  Vector sums(n);
  sums = 0;
  double total = 0;
  double target_sum = 0;
  for (std::size_t row = 0; row < rows.n_rows(); ++row) {
    const auto columns = rows.columns(row);
    const auto values = rows.values(row);
    const double weight = sample.weight(row);
    total += weight;
    target_sum += weight * sample.values[row];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const double value = weight * static_cast<double>(values[i]);
      moments(columns[i]) += value * sample.values[row];
      sums(columns[i]) += value;
      for (std::size_t j = 0; j <= i; ++j) {
        products(columns[i], columns[j]) += value * static_cast<double>(values[j]);
      }
    }
  }
  for (long i = 0; i < n; ++i) {
    for (long j = 0; j <= i; ++j) {
      products(i, j) -= sums(i) * sums(j) / total;
      products(j, i) = products(i, j);
    }
    products(i, i) += alpha;
    moments(i) -= sums(i) * target_sum / total;
  }
  const dlib::cholesky_decomposition<SquareMatrix> decomposition(products);
  const Vector weights = decomposition.solve(moments);
  Vector parameters(n + 1);
  for (long i = 0; i < n; ++i) parameters(i) = weights(i);
  parameters(n) = (target_sum - dlib::dot(sums, weights)) / total;
  return parameters;
}

double total_weight(const Sample& sample) {
  double total = 0;
  for (std::size_t row = 0; row < sample.n_rows; ++row) total += sample.weight(row);
  return total;
}

class LinearLearner final : public Learner {
 public:
  explicit LinearLearner(const LinearParameters& parameters) : parameters_(parameters) {}

  [[nodiscard]] model::Member fit(const Sample& train, const FitHints&,
                                  const FitContext& context) const override {
    const SparseRows rows(train.inputs, train.n_rows, train.n_inputs);
    model::Member member;
    member.learner = "linear";
    if (train.n_classes > 0) {
      member.link = train.n_classes == 2 ? model::Link::logistic : model::Link::softmax;
    }
    member.predictor = model::Linear(parts_of(rows, solve(rows, train, context)));
    return member;
  }

 private:
  [[nodiscard]] Vector solve(const SparseRows& rows, const Sample& train,
                             const FitContext& context) const try {
    if (train.n_classes == 0 && train.n_inputs <= kMostCholeskyInputs) {
      return solve_ridge(rows, train, parameters_.alpha);
    }
    const double total = total_weight(train);
    const double penalty =
        train.n_classes == 0 ? parameters_.alpha / total : 1 / (parameters_.c * total);
    return minimize(LinearLoss(rows, train, penalty), context);
  } catch (const dlib::error& error) {
    throw Error(ErrorKind::internal, "learn.dlib", fmt::format("dlib failed: {}", error.what()));
  }

  static model::LinearParts parts_of(const SparseRows& rows, const Vector& solution) {
    const auto stride = static_cast<long>(rows.n_inputs()) + 1;
    model::LinearParts parts;
    for (long begin = 0; begin < solution.size(); begin += stride) {
      for (long i = 0; i + 1 < stride; ++i) parts.weights.push_back(solution(begin + i));
      parts.intercepts.push_back(solution(begin + stride - 1));
    }
    parts.input_means = rows.means();
    return parts;
  }

  LinearParameters parameters_;
};

}  // namespace

std::unique_ptr<Learner> make_linear_learner(const LinearParameters& parameters) {
  return std::make_unique<LinearLearner>(parameters);
}

}  // namespace mlops::learn
