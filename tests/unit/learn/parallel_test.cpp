#include "learn/parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

using mlops::learn::for_each_task;
using mlops::learn::thread_plan;

TEST_SUITE("learn/parallel") {
  TEST_CASE("every task runs once, whatever the number of threads") {
    for (const unsigned n_threads : {0U, 1U, 2U, 7U}) {
      CAPTURE(n_threads);
      std::vector<std::atomic<int>> runs(23);
      for_each_task(runs.size(), n_threads, [&](std::size_t i) { ++runs[i]; });
      for (const auto& count : runs) CHECK(count == 1);
    }
    for_each_task(0, 2, [](std::size_t) { FAIL("there is no task"); });
  }

  TEST_CASE("the first failure stops the rest and is rethrown") {
    std::atomic<int> n_run = 0;
    CHECK_THROWS_AS(for_each_task(1000, 1,
                                  [&](std::size_t i) {
                                    ++n_run;
                                    if (i == 3) throw std::runtime_error("no");
                                  }),
                    std::runtime_error);
    CHECK(n_run == 4);
  }

  TEST_CASE("small data fits side by side, large data gives a fit all threads") {
    CHECK(thread_plan(5000, 2).n_lanes == 2);
    CHECK(thread_plan(5000, 2).n_threads_per_fit == 1);
    CHECK(thread_plan(1'000'000, 2).n_lanes == 1);
    CHECK(thread_plan(1'000'000, 2).n_threads_per_fit == 2);
  }
}
