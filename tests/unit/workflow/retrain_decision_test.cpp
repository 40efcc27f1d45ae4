#include "workflow/retrain_decision.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace mlops::workflow {
namespace {

constexpr Timestamp kNow{1'000 * kMicrosPerDay};

/// A quiet model with some new labels.
RetrainSnapshot quiet() {
  return {.now = kNow,
          .performance = observe::Status::ok,
          .drift = observe::Status::ok,
          .n_new_labels = 400,
          .champion_trained_at = {kNow.micros - 5 * kMicrosPerDay}};
}

bool fired(const RetrainDecision& decision, const char* name) {
  return std::any_of(decision.triggers.begin(), decision.triggers.end(),
                     [&](const Trigger& t) { return t.name == name && t.fired; });
}

}  // namespace

TEST_SUITE("workflow/retrain_decision") {
  TEST_CASE("nothing fires for a quiet model") {
    const RetrainDecision decision = decide_retrain(quiet());
    CHECK_FALSE(decision.retrain);
    CHECK(decision.reason == "no trigger fired");
  }

  TEST_CASE("each trigger alone is enough and is named as the reason") {
    struct Case {
      const char* name;
      void (*change)(RetrainSnapshot&);
    };
    const Case cases[] = {
        {"performance", [](RetrainSnapshot& s) { s.performance = observe::Status::critical; }},
        {"drift", [](RetrainSnapshot& s) { s.drift = observe::Status::warning; }},
        {"new labelled rows", [](RetrainSnapshot& s) { s.n_new_labels = s.policy.min_new_labels; }},
        {"new data files", [](RetrainSnapshot& s) { s.n_new_file_rows = 1; }},  // beside the labels
        {"schedule", [](RetrainSnapshot& s) { s.policy.schedule_micros = kMicrosPerDay; }},
        {"by hand", [](RetrainSnapshot& s) { s.by_hand = true; }}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      RetrainSnapshot snapshot = quiet();
      c.change(snapshot);
      const RetrainDecision decision = decide_retrain(snapshot);
      CHECK(decision.retrain);
      CHECK(fired(decision, c.name));
      CHECK(decision.reason.starts_with(c.name));
    }
  }

  TEST_CASE("without new rows even an alarm has nothing to learn from") {
    RetrainSnapshot snapshot = quiet();
    snapshot.performance = observe::Status::critical;
    snapshot.n_new_labels = 0;
    CHECK_FALSE(decide_retrain(snapshot).retrain);
  }

  TEST_CASE("the cooldown holds triggers back, but not people") {
    RetrainSnapshot snapshot = quiet();
    snapshot.drift = observe::Status::warning;
    snapshot.last_retrain = Timestamp{kNow.micros - kMicrosPerHour};
    CHECK_FALSE(decide_retrain(snapshot).retrain);
    CHECK(decide_retrain(snapshot).reason.find("cooldown") != std::string::npos);
    snapshot.by_hand = true;
    CHECK(decide_retrain(snapshot).retrain);
  }

  TEST_CASE("what holds a trigger back is said, and never holds people back") {
    struct Case {
      const char* name;
      void (*change)(RetrainSnapshot&);
      const char* said;
    };
    const Case cases[] = {
        {"too few rows for the gate", [](RetrainSnapshot& s) { s.n_new_labels = 333; },
         "333 new rows are too few"},
        {"the day's budget", [](RetrainSnapshot& s) { s.n_last_day = 4; }, "4 trainings"},
        {"the same data was tried", [](RetrainSnapshot& s) { s.n_tried_in_vain = 400; },
         "400 of the 400 new rows were tried in vain, another try needs 480"},
        {"a fifth more", [](RetrainSnapshot& s) { s.n_tried_in_vain = 333; }, ""}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      RetrainSnapshot snapshot = quiet();
      snapshot.performance = observe::Status::critical;
      c.change(snapshot);
      const RetrainDecision decision = decide_retrain(snapshot);
      CAPTURE(decision.reason);
      const bool enough = snapshot.n_tried_in_vain == 333u;
      CHECK(decision.retrain == enough);
      if (!enough) CHECK(decision.reason.find(c.said) != std::string::npos);
      snapshot.by_hand = true;
      CHECK(decide_retrain(snapshot).retrain);
    }
    CHECK(rows_for_another_try(1000) == 1200);
    CHECK(rows_for_another_try(0) == 1);
  }

  TEST_CASE("a decision comes out of its record again") {
    RetrainSnapshot snapshot = quiet();
    snapshot.policy.schedule_micros = kMicrosPerDay;
    snapshot.last_retrain = Timestamp{kNow.micros - kMicrosPerHour};
    snapshot.n_tried_in_vain = 300;
    snapshot.n_last_day = 2;
    snapshot.drift = observe::Status::critical;
    snapshot.drift_text = "tenure PSI 0.31";
    const Json recorded = parse_json(dump_json(to_json(snapshot)), "record");
    CHECK(to_json(retrain_snapshot_from_json(recorded)) == recorded);
    CHECK(to_json(decide_retrain(retrain_snapshot_from_json(recorded))) ==
          to_json(decide_retrain(snapshot)));
  }

  TEST_CASE("an unknown status is not an alarm") {
    RetrainSnapshot snapshot = quiet();
    snapshot.performance = observe::Status::unknown;
    snapshot.drift = observe::Status::unknown;
    CHECK_FALSE(decide_retrain(snapshot).retrain);
  }
}

}  // namespace mlops::workflow
