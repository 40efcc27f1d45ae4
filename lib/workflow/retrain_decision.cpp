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

/// Why a trigger that fired is not followed now; empty when it is.
std::string obstacle(const RetrainSnapshot& snapshot) {
  const std::uint64_t n_new = snapshot.n_new_labels + snapshot.n_new_file_rows;
  const observe::RetrainingPolicy& policy = snapshot.policy;
  if (n_new < kLeastNewRows)
    return fmt::format("{} new rows are too few to tell a better model, {} are needed", n_new,
                       kLeastNewRows);
  if (snapshot.last_retrain &&
      snapshot.now.micros - snapshot.last_retrain->micros < policy.cooldown_micros)
    return fmt::format("the last retraining was {} ago and the cooldown is {}",
                       duration_text(snapshot.now.micros - snapshot.last_retrain->micros),
                       duration_text(policy.cooldown_micros));
  if (snapshot.n_last_day >= snapshot.limits.max_per_day)
    return fmt::format("{} trainings in 24 hours are allowed and were used",
                       snapshot.limits.max_per_day);
  if (snapshot.n_tried_in_vain && n_new < rows_for_another_try(*snapshot.n_tried_in_vain))
    return fmt::format("{} of the {} new rows were tried in vain, another try needs {}",
                       *snapshot.n_tried_in_vain, n_new,
                       rows_for_another_try(*snapshot.n_tried_in_vain));
  return {};
}

}  // namespace

std::uint64_t rows_for_another_try(std::uint64_t n_tried) noexcept {
  // A fifth more: enough to change a verdict now and then. Chosen by us.
  return n_tried + std::max<std::uint64_t>(n_tried / 5, 1);
}

RetrainDecision decide_retrain(const RetrainSnapshot& snapshot) {
  RetrainDecision decision{.triggers = evaluate(snapshot)};
  const auto fired = std::find_if(decision.triggers.begin(), decision.triggers.end(),
                                  [](const Trigger& trigger) { return trigger.fired; });
  if (snapshot.n_new_labels + snapshot.n_new_file_rows == 0) {
    decision.reason = "there are no new rows with a known outcome to learn from";
  } else if (fired == decision.triggers.end()) {
    decision.reason = "no trigger fired";
  } else {
    if (!snapshot.by_hand) decision.reason = obstacle(snapshot);
    decision.retrain = decision.reason.empty();
    if (decision.retrain) decision.reason = fmt::format("{}: {}", fired->name, fired->now);
  }
  return decision;
}

Json to_json(const RetrainSnapshot& snapshot) {
  const observe::RetrainingPolicy& policy = snapshot.policy;
  const auto moment = [](std::optional<Timestamp> time) {
    return time ? Json(to_rfc3339(*time)) : Json(nullptr);
  };
  return {
      {"now", to_rfc3339(snapshot.now)},
      {"policy",
       {{"min_new_labels", policy.min_new_labels},
        {"cooldown_micros", policy.cooldown_micros},
        {"schedule_micros", policy.schedule_micros ? Json(*policy.schedule_micros) : Json(nullptr)},
        {"max_per_day", snapshot.limits.max_per_day}}},
      {"performance", observe::to_string(snapshot.performance)},
      {"performance_text", snapshot.performance_text},
      {"drift", observe::to_string(snapshot.drift)},
      {"drift_text", snapshot.drift_text},
      {"new_labels", snapshot.n_new_labels},
      {"new_file_rows", snapshot.n_new_file_rows},
      {"last_retrain", moment(snapshot.last_retrain)},
      {"tried_in_vain", snapshot.n_tried_in_vain ? Json(*snapshot.n_tried_in_vain) : Json(nullptr)},
      {"trainings_last_day", snapshot.n_last_day},
      {"champion_trained_at", to_rfc3339(snapshot.champion_trained_at)},
      {"by_hand", snapshot.by_hand}};
}

RetrainSnapshot retrain_snapshot_from_json(const Json& json) {
  const JsonObject object(json, "retraining snapshot");
  const JsonObject policy = object.object("policy");
  const auto moment = [&](std::string_view key) -> std::optional<Timestamp> {
    if (object.member(key).is_null()) return std::nullopt;
    return parse_rfc3339(object.text(key));
  };
  const auto status = [&](std::string_view key) {
    for (const auto candidate :
         {observe::Status::ok, observe::Status::warning, observe::Status::critical})
      if (object.text(key) == observe::to_string(candidate)) return candidate;
    return observe::Status::unknown;
  };
  RetrainSnapshot snapshot{.now = moment("now").value_or(Timestamp{})};
  snapshot.policy.min_new_labels = policy.unsigned_integer("min_new_labels");
  snapshot.policy.cooldown_micros = policy.integer("cooldown_micros");
  if (!policy.member("schedule_micros").is_null())
    snapshot.policy.schedule_micros = policy.integer("schedule_micros");
  snapshot.limits.max_per_day = policy.unsigned_integer("max_per_day");
  snapshot.performance = status("performance");
  snapshot.performance_text = object.text("performance_text");
  snapshot.drift = status("drift");
  snapshot.drift_text = object.text("drift_text");
  snapshot.n_new_labels = object.unsigned_integer("new_labels");
  snapshot.n_new_file_rows = object.unsigned_integer("new_file_rows");
  snapshot.last_retrain = moment("last_retrain");
  if (!object.member("tried_in_vain").is_null())
    snapshot.n_tried_in_vain = object.unsigned_integer("tried_in_vain");
  snapshot.n_last_day = object.unsigned_integer("trainings_last_day");
  snapshot.champion_trained_at = moment("champion_trained_at").value_or(Timestamp{});
  snapshot.by_hand = object.boolean("by_hand");
  return snapshot;
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
