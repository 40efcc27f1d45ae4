// The short form of tests/bench/train/coverage_bench: few repetitions, so only gross errors show.
#include "unit/learn/coverage.hpp"

#include <doctest/doctest.h>

using namespace mlops;

TEST_SUITE("learn/coverage") {
  TEST_CASE("intervals hold about what they promise on fresh rows") {
    for (const auto task : {data::Task::binary, data::Task::regression}) {
      CAPTURE(to_string(task));
      const auto counted =
          test::count_coverage({.task = task, .n_repetitions = 5, .n_rows = 1000, .n_trials = 1});
      // Of Binomial(5, 0.95), 2 or fewer come once in 860 times; the seeds are fixed.
      CHECK(counted.n_covered >= 3);
      if (task == data::Task::regression) {
        CHECK(counted.rows_inside > 0.87);
        CHECK(counted.rows_inside < 0.93);
      }
    }
  }
}
