#include "base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace mlops {

TEST_SUITE("base/random") {
  TEST_CASE("a seed's sequence never changes") {
    // Frozen: stored recipes depend on it.
    Random random(42);
    CHECK(random.next() == 1546998764402558742ULL);
    CHECK(random.next() == 6990951692964543102ULL);
  }

  TEST_CASE("integers stay below their bound and reach every value") {
    Random random(1);
    std::vector<int> seen(7);
    for (int i = 0; i < 7000; ++i) ++seen[random.below(7)];
    // Expected 1000 each, standard deviation 29: six of them.
    for (const int count : seen) CHECK(std::abs(count - 1000) < 180);
  }

  TEST_CASE("normal draws have mean 0 and variance 1") {
    Random random(2);
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 100'000;
    for (int i = 0; i < kDraws; ++i) {
      const double x = random.normal();
      sum += x;
      squares += x * x;
    }
    CHECK(sum / kDraws == doctest::Approx(0).epsilon(0.02).scale(1));
    CHECK(squares / kDraws == doctest::Approx(1).epsilon(0.02));
  }

  TEST_CASE("shuffling keeps every element") {
    std::vector<int> values(100);
    std::iota(values.begin(), values.end(), 0);
    std::vector<int> shuffled = values;
    Random random(3);
    random.shuffle(std::span(shuffled));
    CHECK(shuffled != values);
    std::sort(shuffled.begin(), shuffled.end());
    CHECK(shuffled == values);
  }
}

}  // namespace mlops
