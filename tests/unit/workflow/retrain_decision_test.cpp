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
          .n_new_labels = 10,
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
        {"new data files", [](RetrainSnapshot& s) { s.n_new_file_rows = 1; }},
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

  TEST_CASE("an unknown status is not an alarm") {
    RetrainSnapshot snapshot = quiet();
    snapshot.performance = observe::Status::unknown;
    snapshot.drift = observe::Status::unknown;
    CHECK_FALSE(decide_retrain(snapshot).retrain);
  }
}

}  // namespace mlops::workflow
