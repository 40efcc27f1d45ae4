#include <utility>

#include "notify/channel.hpp"
#include "notify/http_delivery.hpp"

namespace mlops::notify {
namespace {

/// A firing alert that is never resolved ends after this long.
constexpr std::int64_t kLongestMicros = 30 * kMicrosPerDay;

class Alertmanager final : public Channel {
 public:
  Alertmanager(std::string url, DeliveryLimits limits) : url_(std::move(url)), limits_(limits) {
    while (!url_.empty() && url_.back() == '/') url_.pop_back();
  }

  Delivery deliver(const Message& message) noexcept override {
    HttpPost request{.url = url_ + "/api/v2/alerts", .body = dump_json(body_of(message))};
    return deliver_by_post("alertmanager " + url_, std::move(request), limits_);
  }

 private:
  /// The labels are the alert's identity over there: nothing in them changes while it lives.
  static Json body_of(const Message& message) {
    const bool resolved = message.status == "resolved";
    const Timestamp end{resolved ? message.changed_at.micros
                                 : message.changed_at.micros + kLongestMicros};
    Json annotations = {{"summary", message.text},
                        {"next_command", message.next_command},
                        {"evidence", dump_json(message.evidence)}};
    if (!message.host.empty()) annotations["host"] = message.host;
    if (!message.registry.empty()) annotations["registry"] = message.registry;
    return Json::array({{{"labels",
                          {{"alertname", "mlops_" + message.rule},
                           {"model", message.model},
                           {"version", std::to_string(message.version)},
                           {"subject", message.subject},
                           {"severity", message.severity}}},
                         {"annotations", std::move(annotations)},
                         {"startsAt", to_rfc3339(message.since)},
                         {"endsAt", to_rfc3339(end)}}});
  }

  std::string url_;
  DeliveryLimits limits_;
};

}  // namespace

std::unique_ptr<Channel> make_alertmanager(std::string url, DeliveryLimits limits) {
  return std::make_unique<Alertmanager>(std::move(url), limits);
}

}  // namespace mlops::notify
