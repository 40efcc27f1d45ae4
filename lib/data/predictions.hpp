// What a model answers for a batch of rows, as plain columns: the type that passes between the
// model, the log and the scores.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/schema.hpp"

namespace mlops::data {

/// Answers for n rows.
struct Predictions {
  Task task = Task::regression;
  std::size_t n_rows = 0;
  /// Classification: number of classes; regression: 0.
  std::size_t n_classes = 0;
  /// Regression: the answer, its 90 % interval's ends (equal to NaN when no interval is known).
  std::vector<double> values;
  std::vector<double> lower;
  std::vector<double> upper;
  /// Classification: n_rows x n_classes, row-major, rows sum to 1, classes in schema order.
  std::vector<double> probabilities;
  /// Classification: the answered class of each row, an index into the schema's classes.
  std::vector<std::uint32_t> labels;

  [[nodiscard]] std::span<const double> probabilities_of(std::size_t row) const {
    return {probabilities.data() + row * n_classes, n_classes};
  }
};

}  // namespace mlops::data
