#include "learn/dlib_learners/sparse_rows.hpp"

namespace mlops::learn {

SparseRows::SparseRows(std::span<const float> inputs, std::size_t n_rows, std::size_t n_inputs)
    : n_inputs_(n_inputs), begin_{0} {
  begin_.reserve(n_rows + 1);
  for (std::size_t row = 0; row < n_rows; ++row) {
    for (std::size_t column = 0; column < n_inputs; ++column) {
      const float value = inputs[row * n_inputs + column];
      if (value == 0.0F) continue;
      columns_.push_back(static_cast<std::uint32_t>(column));
      values_.push_back(value);
    }
    begin_.push_back(columns_.size());
  }
}

void SparseRows::add_scores(std::size_t row, std::span<const double> weights,
                            std::span<double> scores) const {
  const std::size_t n_outputs = scores.size();
  for (std::size_t i = begin_[row]; i < begin_[row + 1]; ++i) {
    const double value = static_cast<double>(values_[i]);
    const double* from = weights.data() + columns_[i] * n_outputs;
    for (std::size_t k = 0; k < n_outputs; ++k) scores[k] += value * from[k];
  }
}

void SparseRows::add_slopes(std::size_t row, std::span<const double> errors,
                            std::span<double> slopes) const {
  const std::size_t n_outputs = errors.size();
  for (std::size_t i = begin_[row]; i < begin_[row + 1]; ++i) {
    const double value = static_cast<double>(values_[i]);
    double* to = slopes.data() + columns_[i] * n_outputs;
    for (std::size_t k = 0; k < n_outputs; ++k) to[k] += value * errors[k];
  }
}

std::vector<double> SparseRows::means() const {
  std::vector<double> means(n_inputs_, 0.0);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    means[columns_[i]] += static_cast<double>(values_[i]);
  }
  for (auto& mean : means) mean /= static_cast<double>(n_rows());
  return means;
}

}  // namespace mlops::learn
