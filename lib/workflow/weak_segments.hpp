// Groups of rows for which a model answers clearly worse than for the others.
#pragma once

#include <string>
#include <vector>

#include "data/conform.hpp"
#include "data/metrics.hpp"
#include "data/schema.hpp"

namespace mlops::workflow {

/// One group, by one column. Errors are shares of wrong answers (classification) or mean absolute
/// errors (regression).
struct WeakSegment {
  std::string column;
  std::string group;  ///< "is `Fiber optic`", "is missing", "is above 12 and up to 30"
  std::size_t n = 0;
  double error = 0;
  double error_elsewhere = 0;
};

/// Rows and what a model that never saw them answered. Equal lengths; borrowed.
struct SegmentInput {
  const data::Schema& schema;
  const data::ConformedRows& rows;
  const data::Predictions& answers;
  const data::Truth& truth;
};

/// The worst groups, worst first, at most one a column and `most` in all. Groups are the levels of
/// categories and booleans, the quarters of numbers and dates, and missing cells, with 50 rows or
/// more; weak is what is three standard errors worse than the rows outside the group (Welch's
/// statistic), the same rule as the gate's.
[[nodiscard]] std::vector<WeakSegment> weak_segments(const SegmentInput& input,
                                                     std::size_t most = 3);

}  // namespace mlops::workflow
