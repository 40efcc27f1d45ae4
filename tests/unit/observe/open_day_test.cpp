#include "observe/open_day.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.hpp"
#include "observe/stream_builder.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

constexpr double kRows = 40;
constexpr double kUnbounded = std::numeric_limits<double>::infinity();

/// Error rate 0.1 of many rows, one point of margin.
Stream errors() {
  return share_stream({"errors", 1, 0.01}, 0.1, 1e6);
}

/// Log evidence of hours in which that part of the rows is an error.
std::vector<PerBet> drawn_hours(const Stream& stream, std::size_t n_hours, double share) {
  Random random(3);
  std::vector<PerBet> hours;
  for (std::size_t h = 0; h < n_hours; ++h) {
    std::vector<std::uint64_t> counts = {0, 0};
    for (int row = 0; row < kRows; ++row) ++counts[random.uniform() < share ? 1 : 0];
    hours.push_back(stream.sum_over(stream.log_factor, counts));
  }
  return hours;
}

Wandering hardly_any() {
  Wandering wandering{.smallest = 0.01};
  wandering.weight[0] = 0.999;
  wandering.weight[3] = 0.001;
  return wandering;
}

}  // namespace

TEST_SUITE("observe/open_day") {
  TEST_CASE("where nothing wanders a day is the detector without days") {
    const Stream stream = errors();
    const Wandering none;
    const DayDiscount discount{&none, kUnbounded};
    OpenDay day;
    const PerBet carried = {1e-3, 2e-3, 3e-3, 4e-3};
    PerBet expected = carried;
    for (const PerBet& hour : drawn_hours(stream, 24, 0.14)) {
      day.add(stream, 1e-3, hour, kRows, discount);
      expected = updated(stream, expected, 1e-3, hour, 1);
      const PerBet value = with_day(stream, carried, day, discount);
      for (std::size_t j = 0; j < kMaxBets; ++j) CHECK(value[j] == doctest::Approx(expected[j]));
    }
    CHECK(day.rows == 24 * kRows);
  }

  TEST_CASE("what may be the day's luck is never worth more than rows without such luck") {
    const Stream stream = errors();
    const Wandering none;
    const Wandering some = hardly_any();
    for (const double share : {0.05, 0.1, 0.12, 0.2, 0.5}) {
      CAPTURE(share);
      OpenDay free;
      OpenDay guarded;
      double budget = 1e-3;  // all of it before the first hour
      for (const PerBet& hour : drawn_hours(stream, 24, share)) {
        free.add(stream, budget, hour, kRows, {&none, kUnbounded});
        guarded.add(stream, budget, hour, kRows, {&some, kUnbounded});
        budget = 0;
        for (std::size_t j = 0; j < kMaxBets; ++j)
          CHECK(guarded.fresh[j] <= free.fresh[j] * (1 + 1e-9));
      }
    }
  }

  TEST_CASE("a day multiplies by its bound at most, fresh budget too") {
    const Stream stream = errors();
    const Wandering none;
    const DayDiscount discount{&none, 3};
    OpenDay day;
    for (const PerBet& hour : drawn_hours(stream, 24, 0.6))
      day.add(stream, 0, hour, kRows, discount);
    const PerBet value = with_day(stream, {1e-3, 1e-3, 1e-3, 1e-3}, day, discount);
    CHECK(*std::max_element(value.begin(), value.end()) == doctest::Approx(1e-3 * std::exp(3.0)));
    OpenDay late;
    late.add(stream, 1e-3, {}, kRows, discount);
    for (const PerBet& hour : drawn_hours(stream, 24, 0.6))
      late.add(stream, 0, hour, kRows, discount);
    for (std::size_t j = 0; j < kMaxBets; ++j)
      CHECK(late.fresh[j] <= 1e-3 * stream.prior(j) * std::exp(3.0) * (1 + 1e-9));
  }

  TEST_CASE("a change at noon is found by what came in since, whatever the morning was") {
    const Stream stream = errors();
    const Wandering some = hardly_any();
    const DayDiscount discount{&some, kUnbounded};
    OpenDay day;
    for (const PerBet& hour : drawn_hours(stream, 12, 0.05))
      day.add(stream, 1e-3, hour, kRows, discount);
    const double at_noon = value_of(with_day(stream, {}, day, discount));
    for (const PerBet& hour : drawn_hours(stream, 12, 0.4))
      day.add(stream, 1e-3, hour, kRows, discount);
    CHECK(at_noon < 0.01);
    CHECK(value_of(with_day(stream, {}, day, discount)) > 1);
  }
}
