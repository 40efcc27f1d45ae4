#include "learn/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace mlops;
using learn::PlanInput;
using learn::Preset;

namespace {

bool has(const std::vector<learn::Trial>& plan, std::string_view name) {
  return std::any_of(plan.begin(), plan.end(), [&](const auto& t) { return t.name == name; });
}

}  // namespace

TEST_SUITE("learn/plan") {
  TEST_CASE("names are unique and a booster comes early, whatever the input") {
    for (const auto preset : {Preset::fast, Preset::balanced, Preset::best}) {
      for (const auto task : {data::Task::binary, data::Task::multiclass, data::Task::regression}) {
        for (const std::size_t n_rows : {10UL, 2000UL, 7000UL, 90'000UL, 1'000'000UL}) {
          CAPTURE(n_rows);
          const PlanInput input{.task = task,
                                .n_rows = n_rows,
                                .n_classes = task == data::Task::regression ? 0UL
                                             : task == data::Task::binary   ? 2UL
                                                                            : 5UL,
                                .most_levels = 20,
                                .preset = preset};
          const auto plan = learn::make_plan(input);
          std::set<std::string> names;
          for (const auto& trial : plan) names.insert(trial.name);
          CHECK(names.size() == plan.size());
          const auto first = std::find_if(plan.begin(), plan.end(), [](const auto& t) {
            return std::holds_alternative<learn::BoostingParameters>(t.parameters);
          });
          CHECK(first - plan.begin() < 4);
        }
      }
    }
  }

  TEST_CASE("learners are left out where they make no sense") {
    struct Case {
      const char* name;
      bool expected;
      PlanInput input;
    };
    const Case cases[] = {
        {"LIN10", true, {.n_rows = 500}},
        {"LIN10", false, {.n_rows = 5000}},
        {"NAT6", true, {.n_rows = 500, .most_levels = 6}},
        {"NAT6", false, {.n_rows = 500, .most_levels = 5}},
        {"RF", true, {.n_rows = 5000, .preset = Preset::fast}},
        {"RF", false, {.n_rows = 7000, .preset = Preset::fast}},
        {"G7po", true, {.task = data::Task::regression, .n_rows = 5000}},
        {"G7po", false, {.n_rows = 5000, .has_negative_targets = true}},
        {"G7po", false, {.task = data::Task::binary, .n_rows = 5000, .n_classes = 2}},
        {"SVM",
         true,
         {.task = data::Task::binary, .n_rows = 900, .n_classes = 2, .preset = Preset::best}},
        {"SVM",
         false,
         {.task = data::Task::binary, .n_rows = 90000, .n_classes = 2, .preset = Preset::best}},
        {"SVM",
         false,
         {.task = data::Task::binary,
          .n_rows = 900,
          .n_classes = 2,
          .has_weights = true,
          .preset = Preset::best}},
        {"SVR", true, {.n_rows = 900, .preset = Preset::best}},
        {"MLP", false, {.n_rows = 900, .preset = Preset::balanced}},
    };
    for (const auto& c : cases) {
      CAPTURE(c.name);
      CAPTURE(c.input.n_rows);
      CHECK(has(learn::make_plan(c.input), c.name) == c.expected);
    }
  }
}
