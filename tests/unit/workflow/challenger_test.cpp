#include "workflow/challenger.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace mlops::workflow {

TEST_SUITE("workflow/challenger") {
  TEST_CASE("rows that judge are new, ascending, and the same for the same seed") {
    const std::vector<std::size_t> rows = judging_rows(1000, 3000, 42);
    CHECK(std::is_sorted(rows.begin(), rows.end()));
    CHECK(std::adjacent_find(rows.begin(), rows.end()) == rows.end());
    CHECK(rows.front() >= 1000);
    CHECK(rows.back() < 3000);
    CHECK(judging_rows(1000, 3000, 42) == rows);
    CHECK(judging_rows(1000, 3000, 43) != rows);
  }

  TEST_CASE("two in five judge, up to a thousand, and three in ten of very many") {
    struct Case {
      std::size_t n_new;
      std::size_t n_judging;
    };
    for (const Case& c : {Case{0, 0}, Case{1, 0}, Case{334, 133}, Case{2000, 800}, Case{2500, 1000},
                          Case{3000, 1000}, Case{10'000, 3000}}) {
      CAPTURE(c.n_new);
      CHECK(judging_rows(100, 100 + c.n_new, 1).size() == c.n_judging);
    }
  }
}

}  // namespace mlops::workflow
