// How often a reported 95 % interval holds the model's score on 20,000 fresh rows, over seeded
// repetitions of drawing a table and training on it; and what share of fresh rows the 90 %
// prediction intervals hold. Nominal: 0.95 and 0.90. Usage:
//   coverage_bench [repetitions, default 1000] [rows of a table, default 1500]
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "data/metrics.hpp"
#include "unit/learn/coverage.hpp"

int main(int argc, char** argv) {
  using namespace mlops;
  const auto n = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000UL;
  const auto n_rows = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1500UL;
  fmt::print("{} repetitions of {} rows\n", n, n_rows);
  for (const auto task : {data::Task::binary, data::Task::multiclass, data::Task::regression}) {
    const auto counted = test::count_coverage({.task = task, .n_repetitions = n, .n_rows = n_rows});
    const auto error = data::wilson_interval(static_cast<double>(counted.n_covered),
                                             static_cast<double>(counted.n_repetitions));
    fmt::print("{:<11} 95 % interval of {}: {:.3f} (itself {:.3f} to {:.3f})", to_string(task),
               to_string(data::default_metric(task)), counted.share(), error.lower, error.upper);
    if (task == data::Task::regression) {
      fmt::print("   90 % prediction interval: {:.3f}", counted.rows_inside);
    }
    fmt::print("\n");
    std::fflush(stdout);
  }
  return 0;
}
