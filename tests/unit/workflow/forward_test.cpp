#include "workflow/forward.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

namespace mlops::workflow {
namespace {

std::vector<std::size_t> numbers(std::size_t first, std::size_t last) {
  std::vector<std::size_t> rows(last - first);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

}  // namespace

TEST_SUITE("workflow/forward") {
  TEST_CASE("blocks follow one another, and nothing is learnt from what comes after them") {
    const auto folds = forward_folds(numbers(1000, 3000), 3000);
    REQUIRE(folds.size() == kForwardFolds);
    std::size_t next = 1666;
    for (const ForwardFold& fold : folds) {
      CHECK(fold.judging.front() == next);
      CHECK(fold.judging.back() + 1 == fold.end);
      CHECK(std::is_sorted(fold.judging.begin(), fold.judging.end()));
      next = fold.end;
    }
    CHECK(next == 3000);
  }

  TEST_CASE("two in three new rows judge, and rows without an outcome never do") {
    struct Case {
      std::size_t n_new;
      std::size_t n_judging;
    };
    for (const Case& c : {Case{0, 0}, Case{1, 1}, Case{2, 2}, Case{3, 2}, Case{334, 223},
                          Case{2000, 1334}, Case{10'000, 6667}}) {
      CAPTURE(c.n_new);
      std::size_t n_judging = 0;
      for (const ForwardFold& fold : forward_folds(numbers(100, 100 + c.n_new), 100 + c.n_new))
        n_judging += fold.judging.size();
      CHECK(n_judging == c.n_judging);
    }
    const auto folds = forward_folds({10, 12, 14}, 20);
    REQUIRE(folds.size() == 2);
    CHECK(folds[0].judging == std::vector<std::size_t>{12});
    CHECK(folds[0].end == 13);
    CHECK(folds[1].end == 20);
  }
}

}  // namespace mlops::workflow
