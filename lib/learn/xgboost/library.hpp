// XGBoost's C API as two owning types: a matrix of rows and a booster. Every non-zero return code
// becomes Error{internal, "learn.xgboost"}; nothing of the library is visible to the includer.
// A booster and the matrices it was made of belong to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops::learn::xgboost {

/// Version of the library that is linked, "1.7.4".
[[nodiscard]] std::string version();

/// Fills `values` with rows `first`, `first` + 1, ..., row-major, NaN is missing.
using RowSource = std::function<void(std::size_t first, std::span<float> values)>;

/// What a quantized matrix holds.
struct QuantizedShape {
  std::size_t n_rows = 0;
  std::size_t n_columns = 0;
  unsigned n_bins = 256;  ///< the booster's max_bin must be the same
  unsigned n_threads = 1;
  std::span<const float> weights;  ///< empty, or one a row, > 0
  /// Marks columns that hold category codes: empty, or one flag a column.
  std::vector<bool> is_category;
};

/// Rows of features with labels and weights, as the library keeps them.
class Matrix {
 public:
  /// Keeps a bin a cell, 1 byte, and nothing else of the values: a sixth of what a copy and its
  /// bins take. Trees grown on it are those grown on a copy, to the bit. `source` is asked for
  /// every row several times, in blocks. Throws internal, and what `source` throws.
  [[nodiscard]] static Matrix quantized(const QuantizedShape& shape, const RowSource& source);

  /// Copies `values`, n_rows x n_columns row-major, NaN is missing. Throws internal.
  Matrix(std::span<const float> values, std::size_t n_rows, std::size_t n_columns,
         unsigned n_threads);

  /// One label a row: class index, number, or (multi-target) n_rows x n_targets.
  void set_labels(std::span<const float> labels);
  /// One weight a row, > 0.
  void set_weights(std::span<const float> weights);
  /// Marks columns that hold category codes; one flag a column.
  void set_categorical(const std::vector<bool>& is_category);

  [[nodiscard]] std::size_t n_rows() const noexcept { return n_rows_; }
  [[nodiscard]] void* handle() const noexcept { return handle_.get(); }

 private:
  Matrix(std::shared_ptr<void> handle, std::size_t n_rows)
      : handle_(std::move(handle)), n_rows_(n_rows) {}

  std::shared_ptr<void> handle_;
  std::size_t n_rows_;
};

/// Name and value as the library's documentation spells them.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// A model while it grows. The matrices must outlive it.
class Booster {
 public:
  Booster(const std::vector<const Matrix*>& matrices, const Parameters& parameters);

  /// One more boosting round on `train`; rounds count from 0.
  void update(unsigned round, const Matrix& train);
  /// The configured eval_metric on `rows` after `round`.
  [[nodiscard]] double evaluate(unsigned round, const Matrix& rows);
  /// Answers of the first `n_rounds` rounds (0: all), n_rows x n_outputs, row-major: transformed by
  /// the objective's link (probabilities, means).
  [[nodiscard]] std::vector<float> predict(const Matrix& rows, unsigned n_rounds) const;
  /// The same before the link.
  [[nodiscard]] std::vector<float> predict_margins(const Matrix& rows, unsigned n_rounds) const;
  /// The model as UBJSON.
  [[nodiscard]] std::string serialize() const;

 private:
  [[nodiscard]] std::vector<float> predict_as(const Matrix& rows, unsigned n_rounds,
                                              int type) const;

  std::shared_ptr<void> handle_;
};

}  // namespace mlops::learn::xgboost
