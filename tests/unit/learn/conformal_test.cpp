#include "learn/conformal.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/random.hpp"

using mlops::Random;
using mlops::learn::conformal_interval;

TEST_SUITE("learn/conformal") {
  TEST_CASE("the ends are the finite-sample quantiles of each tail") {
    // Residuals truth - answer are 1..19: the 95 % quantile of 19 is the 19th of them.
    std::vector<double> answers(19, 0.0);
    std::vector<double> truth;
    for (int i = 1; i <= 19; ++i) truth.push_back(i);
    const auto interval = conformal_interval(answers, truth);
    CHECK(interval.coverage == doctest::Approx(0.9));
    CHECK(interval.above == doctest::Approx(19));
    CHECK(interval.below == doctest::Approx(0));  // never negative
  }

  TEST_CASE("without rows the interval has no width") {
    const auto interval = conformal_interval({}, {});
    CHECK(interval.below == 0);
    CHECK(interval.above == 0);
  }

  TEST_CASE("skewed fresh residuals are covered at the nominal rate") {
    Random random(11);
    double covered = 0;
    double n = 0;
    for (int repeat = 0; repeat < 200; ++repeat) {
      const auto draw = [&](std::size_t size) {
        std::vector<double> values(size);
        for (auto& value : values) value = std::exp(random.normal());
        return values;
      };
      const auto interval = conformal_interval(std::vector<double>(100, 1.0), draw(100));
      for (const double fresh : draw(50)) {
        covered += fresh >= 1 - interval.below && fresh <= 1 + interval.above ? 1 : 0;
        n += 1;
      }
    }
    // Standard error of 200 calibrations of 100 rows is about 0.3 %.
    CHECK(covered / n == doctest::Approx(0.905).epsilon(0.015));
  }
}
