#include "notify/channel.hpp"

namespace mlops::notify {

Json to_json(const Message& message) {
  Json document = {{"schema", "mlops/alert/v1"},
                   {"model", message.model},
                   {"version", message.version},
                   {"alert_id", message.alert_id},
                   {"rule", message.rule},
                   {"subject", message.subject},
                   {"severity", message.severity},
                   {"status", message.status},
                   {"message", message.text},
                   {"next_command", message.next_command},
                   {"since", to_rfc3339(message.since)},
                   {"changed_at", to_rfc3339(message.changed_at)},
                   {"evidence", message.evidence}};
  if (!message.host.empty()) document["host"] = message.host;
  if (!message.registry.empty()) document["registry"] = message.registry;
  return document;
}

}  // namespace mlops::notify
