// Counts how often reported intervals hold what they promise: short in the suite, long in the
// coverage bench.
#pragma once

#include <cstddef>
#include <vector>

#include "data/metrics.hpp"
#include "data/schema.hpp"

namespace mlops::test {

/// Of one metric's 95 % interval.
struct MetricCoverage {
  data::Metric metric = data::Metric::log_loss;
  std::size_t n_stated = 0;   ///< repetitions with an interval
  std::size_t n_covered = 0;  ///< of them, those whose interval held the score on fresh rows
};

struct CoverageCount {
  std::size_t n_repetitions = 0;
  std::vector<MetricCoverage> metrics;  ///< every metric of the task, the default first
  /// Regression: mean share of fresh rows within their 90 % interval.
  double rows_inside = 0;
};

struct CoverageRun {
  data::Task task = data::Task::regression;
  std::size_t n_repetitions = 1000;
  std::size_t n_rows = 1500;
  unsigned n_trials = 3;
  /// Regression: added to every target; 20 makes all of them positive, as MAPE needs it.
  double offset = 0;
};

/// Draws a table with seed i, trains with seed i, and scores 20,000 fresh rows of their own; for
/// i = 0 .. n_repetitions - 1.
[[nodiscard]] CoverageCount count_coverage(const CoverageRun& run);

}  // namespace mlops::test
