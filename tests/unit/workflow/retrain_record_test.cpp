#include "workflow/retrain_record.hpp"

#include <doctest/doctest.h>

namespace mlops::workflow {
namespace {

constexpr Timestamp kNow{1'000 * kMicrosPerDay};

registry::Event event(const char* type, std::int64_t hours_ago, Json evidence = Json::object()) {
  return {.time = {kNow.micros - hours_ago * kMicrosPerHour},
          .type = type,
          .evidence = std::move(evidence)};
}

}  // namespace

TEST_SUITE("workflow/retrain_record") {
  TEST_CASE("an empty log knows nothing") {
    const RetrainRecord record = read_record({}, 1, kNow);
    CHECK_FALSE(record.last);
    CHECK_FALSE(record.in_vain);
    CHECK_FALSE(record.unfinished);
    CHECK(record.n_last_day == 0);
  }

  TEST_CASE("a challenger that lost or was rolled back was tried in vain, a champion was not") {
    const std::vector<registry::Event> events{
        event("retraining", 30), event("retrained", 29, {{"challenger", 2}, {"new_rows", 700}})};
    CHECK_FALSE(read_record(events, 2, kNow).in_vain);
    const RetrainRecord record = read_record(events, 1, kNow);
    REQUIRE(record.in_vain);
    CHECK(record.in_vain->n_new == 700);
    CHECK(record.in_vain->challenger == 2);
    CHECK(record.last == events[1].time);
    CHECK(record.n_last_day == 0);
  }

  TEST_CASE("only the last attempt counts, and only beginnings of the last day") {
    const RetrainRecord record = read_record(
        {event("retraining", 25), event("retrained", 25, {{"challenger", 2}, {"new_rows", 700}}),
         event("retraining", 3), event("retraining", 2),
         event("retrained", 2, {{"challenger", 3}, {"new_rows", 900}})},
        3, kNow);
    CHECK_FALSE(record.in_vain);
    CHECK(record.n_last_day == 2);
  }

  TEST_CASE("a run that never said how it ended is unfinished") {
    struct Case {
      const char* name;
      registry::Event end;
      bool unfinished;
    };
    const Case cases[] = {
        {"ended", event("retrained", 1, {{"challenger", 2}}), false},
        {"failed", event("failed", 1, {{"action", "retrain"}}), false},
        {"another command failed", event("failed", 1, {{"action", "train"}}), true},
        {"promoted, then cut off", event("deployed", 1, {{"probation_against", 1}}), false},
        {"somebody deployed meanwhile", event("deployed", 1), true},
        {"an alert came meanwhile", event("alert", 1), true}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const RetrainRecord record = read_record({event("retraining", 2), c.end}, 1, kNow);
      CHECK(record.unfinished.has_value() == c.unfinished);
    }
  }

  TEST_CASE("deliveries are known by their content and verdict") {
    const RetrainRecord record =
        read_record({event("delivery", 2, {{"sha256", "a"}, {"verdict", "quarantine"}}),
                     event("delivery", 2, {{"sha256", "b"}, {"verdict", "warn"}}),
                     event("delivery", 1, {{"sha256", "c"}, {"verdict", "use"}}),
                     event("delivery", 1, {{"verdict", "use"}})},
                    1, kNow);
    CHECK(record.quarantined == std::set<std::string>{"a"});
    CHECK(record.accepted == std::set<std::string>{"b", "c"});
  }
}

}  // namespace mlops::workflow
