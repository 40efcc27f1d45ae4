#include "workflow/retrain_decision.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mlops::workflow {
namespace {

std::string duration_text(std::int64_t micros) {
  if (micros >= 2 * kMicrosPerDay) return fmt::format("{} d", micros / kMicrosPerDay);
  if (micros >= 2 * kMicrosPerHour) return fmt::format("{} h", micros / kMicrosPerHour);
  return fmt::format("{} min", micros / kMicrosPerMinute);
}

bool is_alarm(observe::Status status) {
  return status == observe::Status::warning || status == observe::Status::critical;
}

std::int64_t since_last(const RetrainSnapshot& snapshot) {
  const Timestamp last = std::max(snapshot.last_retrain.value_or(snapshot.champion_trained_at),
                                  snapshot.champion_trained_at);
  return snapshot.now.micros - last.micros;
}

std::vector<Trigger> evaluate(const RetrainSnapshot& snapshot) {
  const observe::RetrainingPolicy& policy = snapshot.policy;
  std::vector<Trigger> triggers{
      {"performance", snapshot.performance_text, "alarm", is_alarm(snapshot.performance)},
      {"drift", snapshot.drift_text, "alarm", is_alarm(snapshot.drift)},
      {"new labelled rows", fmt::format("{}", snapshot.n_new_labels),
       fmt::format(">= {}", policy.min_new_labels), snapshot.n_new_labels >= policy.min_new_labels},
      {"new data files", fmt::format("{} rows", snapshot.n_new_file_rows), "> 0 rows",
       snapshot.n_new_file_rows > 0}};
  if (policy.schedule_micros) {
    triggers.push_back({"schedule", fmt::format("{} ago", duration_text(since_last(snapshot))),
                        fmt::format("every {}", duration_text(*policy.schedule_micros)),
                        since_last(snapshot) >= *policy.schedule_micros});
  }
  if (snapshot.by_hand) triggers.push_back({"by hand", "asked for", "always", true});
  return triggers;
}

}  // namespace

RetrainDecision decide_retrain(const RetrainSnapshot& snapshot) {
  RetrainDecision decision{.triggers = evaluate(snapshot)};
  const auto fired = std::find_if(decision.triggers.begin(), decision.triggers.end(),
                                  [](const Trigger& trigger) { return trigger.fired; });
  const bool resting =
      snapshot.last_retrain &&
      snapshot.now.micros - snapshot.last_retrain->micros < snapshot.policy.cooldown_micros;
  if (snapshot.n_new_labels + snapshot.n_new_file_rows == 0) {
    decision.reason = "there are no new rows with a known outcome to learn from";
  } else if (fired == decision.triggers.end()) {
    decision.reason = "no trigger fired";
  } else if (resting && !snapshot.by_hand) {
    decision.reason =
        fmt::format("the last retraining was {} ago and the cooldown is {}",
                    duration_text(snapshot.now.micros - snapshot.last_retrain->micros),
                    duration_text(snapshot.policy.cooldown_micros));
  } else {
    decision.retrain = true;
    decision.reason = fmt::format("{}: {}", fired->name, fired->now);
  }
  return decision;
}

Json to_json(const RetrainDecision& decision) {
  Json triggers = Json::array();
  for (const Trigger& trigger : decision.triggers) {
    triggers.push_back({{"name", trigger.name},
                        {"now", trigger.now},
                        {"rule", trigger.rule},
                        {"fired", trigger.fired}});
  }
  return {{"retrain", decision.retrain}, {"reason", decision.reason}, {"triggers", triggers}};
}

}  // namespace mlops::workflow
