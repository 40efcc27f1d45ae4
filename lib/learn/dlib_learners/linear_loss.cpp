#include "learn/dlib_learners/linear_loss.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::learn {

LinearLoss::LinearLoss(const SparseRows& rows, const Sample& sample, double penalty)
    : rows_(rows),
      sample_(sample),
      penalty_(penalty),
      n_outputs_(sample.n_classes > 2 ? sample.n_classes : 1) {
  for (std::size_t row = 0; row < sample.n_rows; ++row) total_weight_ += sample.weight(row);
}

double LinearLoss::row_loss(std::size_t row, std::span<double> scores) const {
  if (sample_.n_classes == 0) {
    const double residual = scores[0] - sample_.values[row];
    scores[0] = residual;
    return residual * residual / 2;
  }
  if (n_outputs_ == 1) {
    const double z = scores[0];
    const double truth = sample_.classes[row] == 1 ? 1 : 0;
    scores[0] = 1 / (1 + std::exp(-z)) - truth;
    // log(1 + exp(z)) - truth z, without overflow.
    return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - truth * z;
  }
  const double highest = *std::max_element(scores.begin(), scores.end());
  const double truth_score = scores[sample_.classes[row]];
  double sum = 0;
  for (auto& score : scores) {
    score = std::exp(score - highest);
    sum += score;
  }
  for (auto& score : scores) score /= sum;
  scores[sample_.classes[row]] -= 1;
  return std::log(sum) + highest - truth_score;
}

double LinearLoss::evaluate(std::span<const double> parameters, std::span<double> gradient) const {
  const std::size_t stride = rows_.n_inputs() + 1;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  std::vector<double> scores(n_outputs_);
  double loss = 0;
  for (std::size_t row = 0; row < rows_.n_rows(); ++row) {
    const auto columns = rows_.columns(row);
    const auto values = rows_.values(row);
    for (std::size_t k = 0; k < n_outputs_; ++k) {
      const double* weights = parameters.data() + k * stride;
      double score = weights[stride - 1];
      for (std::size_t i = 0; i < columns.size(); ++i) {
        score += weights[columns[i]] * static_cast<double>(values[i]);
      }
      scores[k] = score;
    }
    const double share = sample_.weight(row) / total_weight_;
    loss += share * row_loss(row, scores);
    for (std::size_t k = 0; k < n_outputs_; ++k) {
      double* slope = gradient.data() + k * stride;
      const double step = share * scores[k];
      for (std::size_t i = 0; i < columns.size(); ++i) {
        slope[columns[i]] += step * static_cast<double>(values[i]);
      }
      slope[stride - 1] += step;
    }
  }
  for (std::size_t k = 0; k < n_outputs_; ++k) {
    for (std::size_t i = 0; i + 1 < stride; ++i) {
      const double weight = parameters[k * stride + i];
      loss += penalty_ / 2 * weight * weight;
      gradient[k * stride + i] += penalty_ * weight;
    }
  }
  return loss;
}

}  // namespace mlops::learn
