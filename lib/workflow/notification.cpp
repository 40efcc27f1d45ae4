#include "workflow/notification.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

std::unique_ptr<notify::Channel> make_channel(const observe::NotificationChannel& channel) {
  if (channel.kind == "alertmanager") return notify::make_alertmanager(channel.target);
  if (channel.kind == "command") return notify::make_command_hook(channel.target);
  std::string secret = channel.secret_file.empty() ? "" : read_file(channel.secret_file);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  return notify::make_webhook(channel.target, secret);
}

}  // namespace

std::vector<notify::Delivery> notify_channels(const registry::Registry& registry,
                                              std::string_view model,
                                              const notify::Message& message) {
  std::vector<notify::Delivery> deliveries;
  for (const observe::NotificationChannel& channel : read_policy(registry, model).notify)
    deliveries.push_back(make_channel(channel)->deliver(message));
  return deliveries;
}

std::vector<notify::Delivery> notify_alerts(const registry::Registry& registry,
                                            const observe::ModelHealth& health,
                                            const std::vector<observe::Alert>& changed) {
  std::vector<notify::Delivery> all;
  for (const observe::Alert& alert : changed) {
    if (alert.state == "acknowledged") continue;
    const auto deliveries = notify_channels(registry, health.model,
                                            {.model = health.model,
                                             .version = health.version,
                                             .alert_id = alert.id,
                                             .rule = alert.rule,
                                             .subject = alert.subject,
                                             .severity = alert.severity,
                                             .status = alert.state,
                                             .text = alert.message,
                                             .next_command = alert.next_command,
                                             .since = alert.since,
                                             .evidence = alert.evidence});
    for (const notify::Delivery& delivery : deliveries) {
      if (!delivery.delivered) {
        registry.append_event(
            health.model,
            {.type = "notification_failed",
             .message = fmt::format("{} was not told about alert {}: {}", delivery.channel,
                                    alert.id, delivery.error)});
      }
      all.push_back(delivery);
    }
  }
  return all;
}

}  // namespace mlops::workflow
