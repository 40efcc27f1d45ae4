// Ways to tell people about an alert: webhook, Alertmanager, command. Delivery is tried with
// back-off, bounded in time, and never throws: its outcome is a value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace mlops::notify {

/// What is told. `status`: firing or resolved.
struct Message {
  std::string model;
  std::uint32_t version = 0;
  std::int64_t alert_id = 0;
  std::string rule;
  std::string subject;
  std::string severity;
  std::string status;
  std::string text;
  std::string next_command;
  Timestamp since;
  Timestamp changed_at;  ///< when it came to this status
  Json evidence = Json::object();
  std::string host;      ///< of the machine that tells; empty where it is not known
  std::string registry;  ///< its registry's absolute path; empty where it does not matter
};

/// The JSON that webhooks and commands are given: schema "mlops/alert/v1", then the fields above,
/// times as RFC 3339, the text as "message".
[[nodiscard]] Json to_json(const Message& message);

struct Delivery {
  std::string channel;  ///< "webhook http://127.0.0.1:9000/hook"
  bool delivered = false;
  unsigned attempts = 0;
  std::string error;  ///< empty when delivered
};

/// One destination.
class Channel {
 public:
  virtual ~Channel() = default;
  /// Tries to deliver; bounded by its time limit. Never throws.
  [[nodiscard]] virtual Delivery deliver(const Message& message) noexcept = 0;
};

/// Limits of one delivery.
struct DeliveryLimits {
  unsigned max_attempts = 4;
  std::int64_t first_backoff_micros = 500'000;         ///< doubles after each failed attempt
  std::int64_t timeout_micros = 5 * kMicrosPerSecond;  ///< of each attempt
};

/// POSTs the message as JSON to an http:// or https:// URL. Any answer of 2xx is a delivery; no
/// answer, 408, 429 and 5xx are tried again. With a secret, `X-Mlops-Signature: sha256=<hex>` is
/// the HMAC-SHA-256 of the body.
[[nodiscard]] std::unique_ptr<Channel> make_webhook(std::string url, std::string secret,
                                                    DeliveryLimits limits = {});
/// POSTs to <url>/api/v2/alerts; the same labels while firing and when resolved. A firing alert
/// ends by itself after 30 days, should the resolving message be lost.
/// Source: prometheus/alertmanager, api/v2/openapi.yaml, postableAlerts.
[[nodiscard]] std::unique_ptr<Channel> make_alertmanager(std::string url,
                                                         DeliveryLimits limits = {});
/// Runs `/bin/sh -c command` once with the message as JSON on standard input; exit status 0 is a
/// delivery. After the time limit its process group is killed. What it prints is dropped, but for
/// the first line in the error.
[[nodiscard]] std::unique_ptr<Channel> make_command_hook(std::string command,
                                                         DeliveryLimits limits = {});

}  // namespace mlops::notify
