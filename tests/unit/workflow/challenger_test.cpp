#include "workflow/challenger.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/gate_world.hpp"
#include "workflow/forward.hpp"

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

  TEST_CASE("three in five judge, up to 1,200, and three in ten of very many") {
    struct Case {
      std::size_t n_new;
      std::size_t n_judging;
    };
    for (const Case& c : {Case{0, 0}, Case{1, 0}, Case{334, 200}, Case{2000, 1200},
                          Case{2500, 1200}, Case{3000, 1200}, Case{10'000, 3000}}) {
      CAPTURE(c.n_new);
      CHECK(judging_rows(100, 100 + c.n_new, 1).size() == c.n_judging);
    }
  }

  TEST_CASE("what came next is the newest third, seven hundred rows, or a tenth") {
    CHECK(first_row_to_come(1000, 1334) == 1334 - 111);
    CHECK(first_row_to_come(1000, 3000) == 3000 - 666);
    CHECK(first_row_to_come(0, 5000) == 5000 - 700);
    CHECK(first_row_to_come(0, 20'000) == 20'000 - 2000);
    CHECK(first_row_to_come(10, 11) == 10);
  }

  TEST_CASE("who is worse on what came next is not promoted") {
    const test::World world = test::make_world(300, 41);
    const auto weak = test::answers(world, 0.2, 42);
    const auto strong = test::answers(world, 1, 43);
    const auto judged = [&](Verdict before, const data::Predictions& champion,
                            const data::Predictions& challenger, double margin) {
      GateReport report{.verdict = before};
      return judge_forward(
          report,
          {.truth = world.truth, .champion = champion, .challenger = challenger, .margin = margin});
    };
    CHECK(judged(Verdict::promote, weak, strong, 0).verdict == Verdict::promote);
    const GateReport refused = judged(Verdict::promote, strong, weak, 0);
    CHECK(refused.verdict == Verdict::keep);
    CHECK(refused.reason.find("what came next (n 300)") != std::string::npos);
    CHECK(judged(Verdict::promote, strong, weak, 1).verdict == Verdict::promote);
    CHECK(judged(Verdict::keep, weak, strong, 0).verdict == Verdict::keep);
    CHECK(judged(Verdict::need_more_data, strong, weak, 0).criteria.empty());
  }
}

}  // namespace mlops::workflow
