#include "workflow/unit_change.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace mlops::workflow {
namespace {

/// Monthly charges: 20 to 120, skewed.
double draw(Random& random) {
  return 20 + 25 * std::exp(0.5 * random.normal());
}

std::vector<double> sample(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(n);
  for (double& value : values) value = draw(random);
  return values;
}

/// Twenty quantile bins of 5,000 values, as a version stores them.
data::ColumnProfile reference() {
  std::vector<double> values = sample(5000, 1);
  std::sort(values.begin(), values.end());
  data::ColumnProfile profile{.name = "charge"};
  for (std::size_t i = 1; i < 20; ++i) profile.edges.push_back(values[i * 250]);
  profile.counts.assign(20, 250);
  profile.n_present = 5000;
  return profile;
}

}  // namespace

TEST_SUITE("workflow/unit_change") {
  TEST_CASE("a factor or unit that was changed is found and named") {
    struct Case {
      const char* said;
      double factor;
      double offset;
    };
    const Case cases[] = {{"multiplied by 100", 100, 0},   {"divided by 100", 0.01, 0},
                          {"multiplied by 1,000", 1e3, 0}, {"divided by 12", 1.0 / 12, 0},
                          {"opposite sign", -1, 0},        {"Fahrenheit", 1.8, 32},
                          {"miles", 1.609344, 0},          {"Kelvin", 1, 273.15}};
    const data::ColumnProfile profile = reference();
    for (const Case& c : cases) {
      CAPTURE(c.said);
      for (const std::size_t n : {200u, 2000u}) {
        CAPTURE(n);
        std::vector<double> values = sample(n, 2);
        for (double& value : values) value = c.factor * value + c.offset;
        const auto change = unit_change(profile, values);
        REQUIRE(change);
        CAPTURE(*change);
        CHECK(change->find(c.said) != std::string::npos);
      }
    }
  }

  TEST_CASE("equal data, drift and few rows are no change of unit") {
    const data::ColumnProfile profile = reference();
    for (std::uint64_t seed = 10; seed < 60; ++seed) {
      CAPTURE(seed);
      CHECK_FALSE(unit_change(profile, sample(100, seed)));
    }
    std::vector<double> shifted = sample(2000, 3);
    for (double& value : shifted) value += 15;
    CHECK_FALSE(unit_change(profile, shifted));
    std::vector<double> other(2000, 33.0);
    CHECK_FALSE(unit_change(profile, other));
    std::vector<double> few = sample(99, 4);
    for (double& value : few) value *= 100;
    CHECK_FALSE(unit_change(profile, few));
    CHECK_FALSE(unit_change(profile, std::vector<double>(500, std::nan(""))));
  }
}

}  // namespace mlops::workflow
