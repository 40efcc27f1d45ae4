#include "serve/event_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"

namespace mlops::serve {
namespace {

/// After how many milliseconds a client that lost its stream should come back.
constexpr int kRetryMs = 2000;

Json counters_of(const LiveModel& model) {
  const ModelCounters& counters = model.traffic->counters;
  std::uint64_t n_feedback = 0;
  for (const auto& n : counters.feedback) n_feedback += n;
  return {
      {"version", model.champion->manifest.version}, {"predictions", counters.predictions.load()},
      {"failed", counters.requests_failed.load()},   {"rejected", counters.rows_rejected.load()},
      {"not_logged", counters.not_logged.load()},    {"feedback", n_feedback}};
}

std::uint64_t size_of_history(const registry::Registry& registry, const std::string& model) {
  std::error_code absent;
  const auto size =
      std::filesystem::file_size(registry.model_directory(model) / "events.jsonl", absent);
  return absent ? 0 : size;
}

Json alert_notice(const observe::Alert& alert) {
  return {{"id", alert.id},
          {"state", alert.state},
          {"severity", alert.severity},
          {"message", alert.message}};
}

}  // namespace

std::string event_text(std::string_view event, const Json& data) {
  return fmt::format("event: {}\ndata: {}\n\n", event, dump_json(data));
}

std::string greeting_text(const ApiContext& context) {
  Json models = Json::object();
  const auto live = context.slot.models();
  for (const auto& [name, model] : *live) models[name] = counters_of(*model);
  return fmt::format("retry: {}\n\n", kRetryMs) +
         event_text("hello", {{"t", to_rfc3339(context.clock.now())},
                              {"started_at", to_rfc3339(context.started_at)},
                              {"models", std::move(models)}});
}

EventFeed::EventFeed(const ApiContext& context, std::function<void(std::string)> publish)
    : context_(&context), publish_(std::move(publish)) {}

bool EventFeed::heard() const {
  return context_->loop_counters == nullptr || context_->loop_counters->event_streams > 0;
}

void EventFeed::send(std::string_view event, Json data) {
  data["t"] = to_rfc3339(context_->clock.now());
  publish_(event_text(event, data));
}

void EventFeed::tick() {
  const bool told = heard();
  const std::lock_guard lock(mutex_);
  Json changed = Json::object();
  const auto live = context_->slot.models();
  for (const auto& [name, model] : *live) {
    tell_history(name);
    if (!told) continue;
    Json counters = counters_of(*model);
    Json& before = told_[name];
    if (before == counters) continue;
    changed[name] = counters;
    before = std::move(counters);
  }
  if (told) send("tick", {{"models", std::move(changed)}});
}

/// Tells the audit log's lines since the last look; the first look only remembers where it ends.
void EventFeed::tell_history(const std::string& model) {
  const std::uint64_t size = size_of_history(context_->registry, model);
  const auto [known, first] = history_size_.try_emplace(model, size);
  if (!first && known->second == size) return;
  known->second = size;
  try {
    std::uint64_t& last = last_event_[model];
    for (const registry::Event& event : context_->registry.events(model)) {
      if (event.sequence <= last) continue;
      last = event.sequence;
      if (!first && heard())
        send("history", {{"model", model}, {"type", event.type}, {"message", event.message}});
    }
  } catch (const Error& error) {
    context_->log(
        {LogLevel::warning, "history_not_read", {{"model", model}, {"error", error.what()}}});
  }
}

void EventFeed::on_swap(const SwapNotice& notice) {
  if (!heard()) return;
  Json data{{"model", notice.model}, {"what", notice.what}, {"message", notice.message}};
  const auto models = context_->slot.models();
  const auto live = models->find(notice.model);
  if (live != models->end()) data["version"] = live->second->champion->manifest.version;
  send("deploy", std::move(data));
}

void EventFeed::on_health(const observe::ModelHealth& health) {
  const auto n_open = std::count_if(
      health.alerts.begin(), health.alerts.end(),
      [](const observe::Alert& alert) { return alert.state != "resolved"; });
  const std::string state = fmt::format("{} {}", to_string(health.status), n_open);
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(told_health_[health.model], state) == state) return;
  }
  if (!heard()) return;
  send("health",
       {{"model", health.model}, {"status", to_string(health.status)}, {"alerts", n_open}});
}

void EventFeed::on_alerts(const observe::ModelHealth& health,
                          const std::vector<observe::Alert>& changed) {
  if (!heard()) return;
  Json alerts = Json::array();
  for (const observe::Alert& alert : changed) alerts.push_back(alert_notice(alert));
  send("alert", {{"model", health.model}, {"alerts", std::move(alerts)}});
}

}  // namespace mlops::serve
