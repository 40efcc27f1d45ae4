// What the streams of GET /v1/events are told: once a second what was answered, and at once what
// changed. Costs nothing while nobody listens, and no thread a listener.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "observe/health.hpp"
#include "serve/api_context.hpp"
#include "serve/registry_follower.hpp"

namespace mlops::serve {

/// One message of an event stream: "event: tick\ndata: {...}\n\n".
[[nodiscard]] std::string event_text(std::string_view event, const Json& data);

/// What a new listener is told first: how soon to come back, and every model's counters.
[[nodiscard]] std::string greeting_text(const ApiContext& context);

/// Thread-safe. Events, all with "t" (server time):
/// - tick: {"models": {name: counters}}, each second, only models whose counters changed;
/// - deploy: {"model", "what": "deployed" | "refused" | "removed", "version"?, "message"};
/// - health: {"model", "status", "alerts"}, after each assessment that changed either;
/// - alert: {"model", "alerts": [{"id", "state", "severity", "message"}]};
/// - history: {"model", "type", "message"}, for each new line of a model's audit log.
class EventFeed {
 public:
  /// `context` is borrowed; `publish` gets complete messages, from any thread.
  EventFeed(const ApiContext& context, std::function<void(std::string)> publish);

  /// To be called once a second.
  void tick();
  void on_swap(const SwapNotice& notice);
  void on_health(const observe::ModelHealth& health);
  void on_alerts(const observe::ModelHealth& health, const std::vector<observe::Alert>& changed);

 private:
  [[nodiscard]] bool heard() const;
  void send(std::string_view event, Json data);
  void tell_history(const std::string& model);

  const ApiContext* context_;
  std::function<void(std::string)> publish_;
  std::mutex mutex_;
  std::map<std::string, Json> told_;                   ///< counters as last told
  std::map<std::string, std::string> told_health_;     ///< status and number of alerts
  std::map<std::string, std::uint64_t> history_size_;  ///< bytes of the audit log
  std::map<std::string, std::uint64_t> last_event_;    ///< sequence told last
};

}  // namespace mlops::serve
