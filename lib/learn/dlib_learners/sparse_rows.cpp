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

std::vector<double> SparseRows::means() const {
  std::vector<double> means(n_inputs_, 0.0);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    means[columns_[i]] += static_cast<double>(values_[i]);
  }
  for (auto& mean : means) mean /= static_cast<double>(n_rows());
  return means;
}

}  // namespace mlops::learn
