// The short form of tests/bench/train/coverage_bench: few repetitions, so only gross errors show.
#include "unit/learn/coverage.hpp"

#include <doctest/doctest.h>

using namespace mlops;

TEST_SUITE("learn/coverage") {
  TEST_CASE("intervals hold about what they promise on fresh rows, of every score") {
    const test::CoverageRun runs[] = {
        {.task = data::Task::binary, .n_repetitions = 5, .n_rows = 1000, .n_trials = 1},
        {.task = data::Task::regression, .n_repetitions = 5, .n_rows = 1000, .n_trials = 1},
        {.task = data::Task::regression,
         .n_repetitions = 5,
         .n_rows = 1000,
         .n_trials = 1,
         .offset = 20}};
    for (const auto& run : runs) {
      CAPTURE(to_string(run.task));
      CAPTURE(run.offset);
      const auto counted = test::count_coverage(run);
      for (const auto& metric : counted.metrics) {
        CAPTURE(to_string(metric.metric));
        // Targets around 0 have no mean relative error: its interval is not stated.
        const bool stated = metric.metric != data::Metric::mape || run.offset > 0;
        CHECK(metric.n_stated == (stated ? 5U : 0U));
        // Of Binomial(5, 0.95), 2 or fewer come once in 860 times; the seeds are fixed.
        if (stated) CHECK(metric.n_covered >= 3);
      }
      if (run.task == data::Task::regression) {
        CHECK(counted.rows_inside > 0.87);
        CHECK(counted.rows_inside < 0.93);
      }
    }
  }
}
