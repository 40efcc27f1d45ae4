#include "workflow/paired.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

namespace mlops::workflow {

TEST_SUITE("workflow/paired") {
  TEST_CASE("mean, error and chance are the textbook's") {
    const std::array<double, 4> differences{1, 2, 3, 4};
    const Paired test = paired(differences);
    CHECK(test.n == 4);
    CHECK(test.mean == 2.5);
    // Sample deviation sqrt(5/3), over sqrt(4).
    CHECK(test.standard_error == doctest::Approx(std::sqrt(5.0 / 3.0) / 2).epsilon(1e-12));
    // 1 - Phi(3.872983) by scipy.stats.norm.sf.
    CHECK(test.p_better() == doctest::Approx(5.375558836475012e-05).epsilon(1e-9));
  }

  TEST_CASE("without spread or without rows nothing is divided by zero") {
    const std::array<double, 3> better{1, 1, 1};
    const std::array<double, 3> worse{-1, -1, -1};
    const std::array<double, 3> equal{0, 0, 0};
    CHECK(paired(better).p_better() == 0);
    CHECK(paired(worse).p_better() == 1);
    CHECK(paired(equal).p_better() == 0.5);
    CHECK(paired({}).p_better() == 0.5);
    CHECK(paired(std::span(better).first(1)).p_better() == 0.5);
  }

  TEST_CASE("rows that resemble their neighbours tell less, others as much as before") {
    std::array<double, 400> runs{};
    std::array<double, 400> alternating{};
    for (std::size_t i = 0; i < runs.size(); ++i) {
      runs[i] = (i / 20) % 2 == 0 ? 1.5 : -0.5;
      alternating[i] = i % 2 == 0 ? 1.5 : -0.5;
    }
    const Paired plain = paired(runs);
    const Paired in_time = paired_in_time(runs);
    CHECK(in_time.mean == plain.mean);
    CHECK(in_time.n == plain.n);
    // 20 batches of 20, each of one run: ten means of 1.5, ten of -0.5.
    CHECK(in_time.standard_error == doctest::Approx(std::sqrt(20.0 / 19 / 20)).epsilon(1e-12));
    CHECK(paired_in_time(alternating).standard_error == paired(alternating).standard_error);
    CHECK(paired_in_time(std::span(runs).first(3)).standard_error ==
          paired(std::span(runs).first(3)).standard_error);
    CHECK(paired_in_time({}).p_better() == 0.5);
  }

  TEST_CASE("differences are positive where the second model is better") {
    const data::Predictions first{
        .task = data::Task::regression, .n_rows = 2, .values = {1, 5}, .lower = {}, .upper = {}};
    const data::Predictions second{
        .task = data::Task::regression, .n_rows = 2, .values = {3, 3}, .lower = {}, .upper = {}};
    const auto differences =
        loss_differences(data::Metric::rmse, first, second, {.values = {3, 5}});
    CHECK(differences == std::vector<double>{4, -4});
  }
}

}  // namespace mlops::workflow
