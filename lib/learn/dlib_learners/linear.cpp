// Linear models: dlib's L-BFGS on the penalised log loss (dlib has no multinomial logistic
// regression of its own), dlib's Cholesky decomposition on the normal equations of ridge.
#include "learn/dlib_learners/dlib_base.hpp"

#include <dlib/matrix.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/dlib_learners/linear_loss.hpp"
#include "learn/dlib_learners/minimize.hpp"

namespace mlops::learn {

namespace {

using Vector = dlib::matrix<double, 0, 1>;
using SquareMatrix = dlib::matrix<double>;

constexpr std::size_t kMostCholeskyInputs = 1000;
/// (X'WX + alpha I) b = X'Wy on centred data, so that the intercept is not penalised.
std::vector<double> solve_ridge(const SparseRows& rows, const Sample& sample, double alpha) {
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
  std::vector<double> parameters(weights.begin(), weights.end());
  parameters.push_back((target_sum - dlib::dot(sums, weights)) / total);
  return parameters;
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
  /// (n_inputs + 1) x n_outputs, intercepts last.
  [[nodiscard]] std::vector<double> solve(const SparseRows& rows, const Sample& train,
                                          const FitContext& context) const try {
    if (train.n_classes == 0 && train.n_inputs <= kMostCholeskyInputs) {
      return solve_ridge(rows, train, parameters_.alpha);
    }
    const double total = total_weight(train);
    const double penalty =
        train.n_classes == 0 ? parameters_.alpha / total : 1 / (parameters_.c * total);
    const LinearLoss loss(rows, train, penalty);
    return minimize(loss, std::vector<double>(loss.n_parameters(), 0.0), {}, context);
  } catch (const dlib::error& error) {
    throw Error(ErrorKind::internal, "learn.dlib", fmt::format("dlib failed: {}", error.what()));
  }

  static model::LinearParts parts_of(const SparseRows& rows, const std::vector<double>& solution) {
    const auto n_inputs = rows.n_inputs();
    const auto n_outputs = solution.size() / (n_inputs + 1);
    model::LinearParts parts;
    for (std::size_t k = 0; k < n_outputs; ++k) {
      for (std::size_t i = 0; i < n_inputs; ++i) {
        parts.weights.push_back(solution[i * n_outputs + k]);
      }
      parts.intercepts.push_back(solution[n_inputs * n_outputs + k]);
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
