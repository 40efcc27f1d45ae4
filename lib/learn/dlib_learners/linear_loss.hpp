// Penalised losses of linear scores with their gradients: what L-BFGS minimises.
#pragma once

#include <span>
#include <vector>

#include "learn/dlib_learners/sparse_rows.hpp"
#include "learn/sample.hpp"

namespace mlops::learn {

/// Loss of one row from its scores: regression, squared error / 2; one output, logistic; more,
/// softmax. Scores become d loss / d score in place.
[[nodiscard]] double score_loss(const Sample& sample, std::size_t row, std::span<double> scores);

/// Outputs that a learner of scores needs: 1, or one a class when there are more than two.
[[nodiscard]] std::size_t n_score_outputs(const Sample& sample) noexcept;

[[nodiscard]] double total_weight(const Sample& sample);

/// mean over rows of weight x loss + penalty / 2 x |weights|^2; intercepts are not penalised.
/// Parameters are (n_inputs + 1) x n_outputs, row-major, the intercepts last.
class LinearLoss {
 public:
  LinearLoss(const SparseRows& rows, const Sample& sample, double penalty);

  [[nodiscard]] std::size_t n_parameters() const noexcept {
    return n_outputs_ * (rows_.n_inputs() + 1);
  }
  /// The loss; writes its gradient (n_parameters).
  double operator()(std::span<const double> parameters, std::span<double> gradient) const;

 private:
  const SparseRows& rows_;
  const Sample& sample_;
  double penalty_;
  std::size_t n_outputs_;
  double total_weight_ = 0;
};

}  // namespace mlops::learn
