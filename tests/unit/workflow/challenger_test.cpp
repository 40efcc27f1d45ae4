#include "workflow/challenger.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace mlops::workflow {

TEST_SUITE("workflow/challenger") {
  TEST_CASE("held-out rows are new, ascending, disjoint and the same for the same seed") {
    const HeldOut held_out = draw_held_out(1000, 3000, 42);
    CHECK(held_out.choice.size() == 300);
    CHECK(held_out.gate.size() == 600);
    CHECK(std::is_sorted(held_out.choice.begin(), held_out.choice.end()));
    CHECK(std::is_sorted(held_out.gate.begin(), held_out.gate.end()));
    CHECK(held_out.choice.front() >= 1000);
    CHECK(held_out.gate.front() >= 1000);
    CHECK(held_out.gate.back() < 3000);
    std::vector<std::size_t> both;
    std::set_intersection(held_out.choice.begin(), held_out.choice.end(), held_out.gate.begin(),
                          held_out.gate.end(), std::back_inserter(both));
    CHECK(both.empty());
    CHECK(draw_held_out(1000, 3000, 42).gate == held_out.gate);
    CHECK(draw_held_out(1000, 3000, 43).gate != held_out.gate);
  }

  TEST_CASE("no new rows hold nothing out") {
    const HeldOut held_out = draw_held_out(100, 100, 1);
    CHECK(held_out.choice.empty());
    CHECK(held_out.gate.empty());
  }
}

}  // namespace mlops::workflow
