#include "workflow/notification.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>

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

/// Empty where the system does not say.
std::string host_name() {
  std::array<char, 256> name{};  // POSIX: HOST_NAME_MAX is at most 255
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// What a resolved alert was about, and why it is over: read alone it must not sound like news.
std::string text_of(const observe::ModelHealth& health, const observe::Alert& alert) {
  if (alert.state != "resolved") return alert.message;
  const Json resolved = alert.evidence.value("resolved", Json::object());
  const std::string why =
      resolved.contains("replaced_by")
          ? fmt::format("{}@{} was replaced by @{}", health.model, alert.version,
                        resolved["replaced_by"].get<std::uint32_t>())
          : std::string("the evidence is gone");
  return fmt::format("resolved, {}; it was: {}", why, alert.message);
}

notify::Message message_of(const observe::ModelHealth& health, const observe::Alert& alert) {
  return {.model = health.model,
          .version = alert.version,
          .alert_id = alert.id,
          .rule = alert.rule,
          .subject = alert.subject,
          .severity = alert.severity,
          .status = alert.state,
          .text = text_of(health, alert),
          .next_command =
              alert.state == "resolved" ? "mlops monitor " + health.model : alert.next_command,
          .since = alert.since,
          .changed_at = alert.changed_at,
          .evidence = alert.evidence};
}

}  // namespace

std::vector<notify::Delivery> notify_channels(const registry::Registry& registry,
                                              std::string_view model,
                                              const notify::Message& message) {
  notify::Message from_here = message;
  from_here.host = host_name();
  from_here.registry = std::filesystem::absolute(registry.root()).lexically_normal().string();
  std::vector<notify::Delivery> deliveries;
  for (const observe::NotificationChannel& channel : read_policy(registry, model).notify)
    deliveries.push_back(make_channel(channel)->deliver(from_here));
  return deliveries;
}

void announce_alerts(const registry::Registry& registry, const observe::ModelHealth& health,
                     const std::vector<observe::Alert>& changed) {
  for (const observe::Alert& alert : changed) {
    registry.append_event(
        health.model,
        {.type = "alert",
         .message = alert.state == "resolved" ? text_of(health, alert)
                                              : fmt::format("{}: {}", alert.state, alert.message),
         .evidence = alert.evidence});
    if (alert.state == "acknowledged") continue;
    for (const notify::Delivery& delivery :
         notify_channels(registry, health.model, message_of(health, alert))) {
      if (delivery.delivered) continue;
      registry.append_event(health.model,
                            {.type = "notification_failed",
                             .message = fmt::format("{} was not told about alert {}: {}",
                                                    delivery.channel, alert.id, delivery.error)});
    }
  }
}

void announce_log_trouble(const registry::Registry& registry, const LogTrouble& trouble,
                          Timestamp now) {
  const std::string text =
      trouble.resolved
          ? fmt::format("the prediction log can be written again; {} predictions are not in it",
                        trouble.n_failed)
          : fmt::format("the prediction log cannot be written: {}", trouble.reason);
  const notify::Message message{.model = std::string(trouble.model),
                                .version = trouble.version,
                                .rule = "log",
                                .subject = "prediction log",
                                .severity = "critical",
                                .status = trouble.resolved ? "resolved" : "firing",
                                .text = text,
                                .next_command = "mlops doctor",
                                .since = now,
                                .changed_at = now,
                                .evidence = {{"rows_not_logged", trouble.n_failed}}};
  notify_channels(registry, trouble.model, message);
  registry.append_event(std::string(trouble.model),
                        {.type = "alert",
                         .message = fmt::format("{}: {}", message.status, text),
                         .evidence = message.evidence});
}

}  // namespace mlops::workflow
