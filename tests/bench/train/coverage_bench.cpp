// How often the reported 95 % interval of each score holds the model's score on 20,000 fresh rows,
// over seeded repetitions of drawing a table and training on it; and what share of fresh rows the
// 90 % prediction intervals hold. Nominal: 95 and 90. Numbers come twice: with targets around 0,
// where MAPE has no interval, and with 20 added to them. Usage:
//   coverage_bench [repetitions, default 1000] [rows of a table, default 1500]
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "data/metrics.hpp"
#include "unit/learn/coverage.hpp"

namespace {

using namespace mlops;

void print(const test::CoverageRun& run) {
  const auto counted = test::count_coverage(run);
  fmt::print("{}{}:\n", to_string(run.task), run.offset > 0 ? ", all positive" : "");
  for (const auto& metric : counted.metrics) {
    const auto n = static_cast<double>(metric.n_stated);
    const auto n_covered = static_cast<double>(metric.n_covered);
    const auto error = data::wilson_interval(n_covered, n);
    fmt::print("  {:<18} {:5.1f} %  ({:.1f} to {:.1f}), stated in {} of {}\n",
               to_string(metric.metric), 100 * n_covered / n, 100 * error.lower, 100 * error.upper,
               metric.n_stated, counted.n_repetitions);
  }
  if (run.task == data::Task::regression) {
    fmt::print("  90 % intervals of answers hold {:.2f} % of fresh rows\n",
               100 * counted.rows_inside);
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto n = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000UL;
  const auto n_rows = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1500UL;
  fmt::print("{} repetitions of {} rows\n", n, n_rows);
  for (const auto task : {data::Task::binary, data::Task::multiclass, data::Task::regression}) {
    print({.task = task, .n_repetitions = n, .n_rows = n_rows});
  }
  print({.task = data::Task::regression, .n_repetitions = n, .n_rows = n_rows, .offset = 20});
  return 0;
}
