// Counts how often reported intervals hold what they promise: short in the suite, long in the
// coverage bench.
#pragma once

#include <cstddef>

#include "data/schema.hpp"

namespace mlops::test {

struct CoverageCount {
  std::size_t n_repetitions = 0;
  /// Repetitions whose 95 % interval held the deployed model's score on fresh rows.
  std::size_t n_covered = 0;
  /// Regression: mean share of fresh rows within their 90 % interval.
  double rows_inside = 0;

  [[nodiscard]] double share() const {
    return static_cast<double>(n_covered) / static_cast<double>(n_repetitions);
  }
};

struct CoverageRun {
  data::Task task = data::Task::regression;
  std::size_t n_repetitions = 1000;
  std::size_t n_rows = 1500;
  unsigned n_trials = 3;
};

/// Draws a table with seed i, trains with seed i, and scores 20,000 fresh rows of their own; for
/// i = 0 .. n_repetitions - 1.
[[nodiscard]] CoverageCount count_coverage(const CoverageRun& run);

}  // namespace mlops::test
