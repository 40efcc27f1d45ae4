#include "learn/dlib_learners/linear_loss.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::learn {

std::size_t n_score_outputs(const Sample& sample) noexcept {
  return sample.n_classes > 2 ? sample.n_classes : 1;
}

double total_weight(const Sample& sample) {
  double total = 0;
  for (std::size_t row = 0; row < sample.n_rows; ++row) total += sample.weight(row);
  return total;
}

namespace {

double softmax_loss(std::uint32_t truth, std::span<double> scores) {
  const double highest = *std::max_element(scores.begin(), scores.end());
  const double truth_score = scores[truth];
  double sum = 0;
  for (auto& score : scores) {
    score = std::exp(score - highest);
    sum += score;
  }
  for (auto& score : scores) score /= sum;
  scores[truth] -= 1;
  return std::log(sum) + highest - truth_score;
}

}  // namespace

double score_loss(const Sample& sample, std::size_t row, std::span<double> scores) {
  if (sample.n_classes > 2) return softmax_loss(sample.classes[row], scores);
  if (sample.n_classes == 0) {
    const double residual = scores[0] - sample.values[row];
    scores[0] = residual;
    return residual * residual / 2;
  }
  const double z = scores[0];
  const double truth = sample.classes[row] == 1 ? 1 : 0;
  scores[0] = 1 / (1 + std::exp(-z)) - truth;
  // log(1 + exp(z)) - truth z, without overflow.
  return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - truth * z;
}

LinearLoss::LinearLoss(const SparseRows& rows, const Sample& sample, double penalty)
    : rows_(rows),
      sample_(sample),
      penalty_(penalty),
      n_outputs_(n_score_outputs(sample)),
      total_weight_(total_weight(sample)) {}

double LinearLoss::operator()(std::span<const double> parameters,
                              std::span<double> gradient) const {
  std::fill(gradient.begin(), gradient.end(), 0.0);
  const std::size_t n_weights = rows_.n_inputs() * n_outputs_;
  std::vector<double> scores(n_outputs_);
  double loss = 0;
  for (std::size_t row = 0; row < rows_.n_rows(); ++row) {
    std::copy_n(parameters.data() + n_weights, n_outputs_, scores.data());
    rows_.add_scores(row, parameters, scores);
    const double share = sample_.weight(row) / total_weight_;
    loss += share * score_loss(sample_, row, scores);
    for (auto& score : scores) score *= share;
    rows_.add_slopes(row, scores, gradient);
    for (std::size_t k = 0; k < n_outputs_; ++k) gradient[n_weights + k] += scores[k];
  }
  for (std::size_t i = 0; i < n_weights; ++i) {
    loss += penalty_ / 2 * parameters[i] * parameters[i];
    gradient[i] += penalty_ * parameters[i];
  }
  return loss;
}

}  // namespace mlops::learn
