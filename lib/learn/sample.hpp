// Rows as a learner eats them: encoded inputs, labels and weights.
#pragma once

#include <memory>
#include <vector>

#include "data/schema.hpp"
#include "learn/xgboost/library.hpp"

namespace mlops::learn {

/// Encoded rows with their truth.
///
/// Raw-number designs (for trees) live in `matrix` only and `inputs` is empty; the others live in
/// `inputs`. A sample belongs to one thread at a time: boosters write labels into the matrix.
struct Sample {
  data::Task task = data::Task::regression;
  std::size_t n_classes = 0;
  std::size_t n_rows = 0;
  std::size_t n_inputs = 0;
  std::vector<float> inputs;  ///< n_rows x n_inputs, row-major
  std::shared_ptr<xgboost::Matrix> matrix;
  std::vector<std::uint32_t> classes;  ///< classification
  std::vector<double> values;          ///< regression
  std::vector<double> weights;         ///< empty: all 1; class weights are in them
  std::vector<double> class_weights;   ///< one a class; empty: all 1
  /// Rows stand for several equal ones: drawing rows would not be drawing those.
  bool merged = false;

  [[nodiscard]] double weight(std::size_t row) const {
    return weights.empty() ? 1.0 : weights[row];
  }
};

}  // namespace mlops::learn
