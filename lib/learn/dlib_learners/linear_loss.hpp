// Penalised losses of linear scores with their gradients: what L-BFGS minimises.
#pragma once

#include <span>
#include <vector>

#include "learn/dlib_learners/sparse_rows.hpp"
#include "learn/sample.hpp"

namespace mlops::learn {

/// mean over rows of weight x loss + penalty / 2 x |weights|^2; intercepts are not penalised.
///
/// Parameters are n_outputs x (n_inputs + 1), row-major, the intercept last. Loss: regression,
/// squared error / 2; two classes, logistic of one output; more, softmax.
class LinearLoss {
 public:
  LinearLoss(const SparseRows& rows, const Sample& sample, double penalty);

  [[nodiscard]] std::size_t n_outputs() const noexcept { return n_outputs_; }
  [[nodiscard]] std::size_t n_parameters() const noexcept {
    return n_outputs_ * (rows_.n_inputs() + 1);
  }
  /// The loss; writes its gradient (n_parameters).
  double evaluate(std::span<const double> parameters, std::span<double> gradient) const;

 private:
  /// Scores -> d loss / d score in place; returns the loss of the row.
  double row_loss(std::size_t row, std::span<double> scores) const;

  const SparseRows& rows_;
  const Sample& sample_;
  double penalty_;
  std::size_t n_outputs_;
  double total_weight_ = 0;
};

}  // namespace mlops::learn
