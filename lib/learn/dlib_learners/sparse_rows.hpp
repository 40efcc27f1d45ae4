// The non-zero inputs of each row: one-hot designs are mostly zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlops::learn {

/// Compressed rows.
class SparseRows {
 public:
  SparseRows(std::span<const float> inputs, std::size_t n_rows, std::size_t n_inputs);

  [[nodiscard]] std::size_t n_rows() const noexcept { return begin_.size() - 1; }
  [[nodiscard]] std::size_t n_inputs() const noexcept { return n_inputs_; }
  [[nodiscard]] std::span<const std::uint32_t> columns(std::size_t row) const {
    return {columns_.data() + begin_[row], begin_[row + 1] - begin_[row]};
  }
  [[nodiscard]] std::span<const float> values(std::size_t row) const {
    return {values_.data() + begin_[row], begin_[row + 1] - begin_[row]};
  }
  /// scores[k] += sum over inputs i of the row's value x weights[i x scores.size() + k].
  void add_scores(std::size_t row, std::span<const double> weights, std::span<double> scores) const;
  /// slopes[i x errors.size() + k] += the row's value of input i x errors[k].
  void add_slopes(std::size_t row, std::span<const double> errors, std::span<double> slopes) const;
  /// Mean of each input over all rows.
  [[nodiscard]] std::vector<double> means() const;

 private:
  std::size_t n_inputs_;
  std::vector<std::size_t> begin_;
  std::vector<std::uint32_t> columns_;
  std::vector<float> values_;
};

}  // namespace mlops::learn
