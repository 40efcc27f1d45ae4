#include "observe/distribution.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace mlops::observe;

namespace {

void check_relative(double value, double expected, double tolerance = 1e-12) {
  CAPTURE(value);
  CAPTURE(expected);
  CHECK(std::abs(value - expected) <= tolerance * std::abs(expected));
}

}  // namespace

TEST_SUITE("observe/distribution") {
  TEST_CASE("normal quantiles equal the published ones") {
    struct Case {
      double upper_tail;
      double z;
    };
    // The design's reference values (docs/statistics.md), to the last digit given there.
    constexpr Case kCases[] = {{0.05, 1.6448536269514729},   {0.025, 1.9599639845400545},
                               {0.0125, 2.241402727604945},  {0.001, 3.090232306167813},
                               {0.0005, 3.2905267314918945}, {3.75e-5, 3.959839985660531}};
    for (const Case& c : kCases) {
      CAPTURE(c.upper_tail);
      check_relative(normal_quantile(1 - c.upper_tail), c.z, 1e-12);
      check_relative(normal_quantile(c.upper_tail), -c.z, 1e-14);
    }
  }

  TEST_CASE("the median of the normal distribution is zero") {
    CHECK(std::abs(normal_quantile(0.5)) < 1e-15);
  }

  TEST_CASE("quantile and distribution are each other's inverse") {
    for (const double p : {1e-300, 1e-30, 1e-9, 0.003, 0.2, 0.4999999, 0.7, 0.9999})
      check_relative(normal_cdf(normal_quantile(p)), p, 1e-11);
    for (const double df : {0.5, 1.0, 2.0, 9.0, 19.0, 150.0, 5000.0})
      for (const double p : {0.001, 0.05, 0.5, 0.95, 0.99, 0.9999}) {
        CAPTURE(df);
        CAPTURE(p);
        check_relative(1 - chi_square_survival(chi_square_quantile(p, df), df), p, 1e-10);
      }
  }

  TEST_CASE("chi-square quantiles equal the published ones") {
    check_relative(chi_square_quantile(0.99, 19), 36.190869129270, 1e-13);
    check_relative(chi_square_quantile(0.99, 9), 21.665994333462, 1e-13);
    check_relative(chi_square_quantile(0.99, 1), 6.634896601021, 1e-12);
    check_relative(chi_square_survival(3.841458820694124, 1), 0.05);
    CHECK(chi_square_survival(0, 3) == 1);
  }

  TEST_CASE("Kolmogorov's tail has its closed values and no seam") {
    check_relative(kolmogorov_survival(1.6276236115189), 0.01, 1e-9);
    check_relative(kolmogorov_survival(1.3580986393225), 0.05, 1e-9);
    check_relative(kolmogorov_survival(0.5), 0.9639452436648751);
    CHECK(kolmogorov_survival(0) == 1);
    CHECK(std::abs(kolmogorov_survival(1 - 1e-12) - kolmogorov_survival(1 + 1e-12)) < 1e-11);
  }
}
