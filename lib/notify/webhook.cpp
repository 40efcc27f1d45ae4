#include <utility>

#include "base/hash.hpp"
#include "notify/channel.hpp"
#include "notify/http_delivery.hpp"

namespace mlops::notify {
namespace {

class Webhook final : public Channel {
 public:
  Webhook(std::string url, std::string secret, DeliveryLimits limits)
      : url_(std::move(url)), secret_(std::move(secret)), limits_(limits) {}

  Delivery deliver(const Message& message) noexcept override {
    HttpPost request{.url = url_, .body = dump_json(to_json(message))};
    if (!secret_.empty())
      request.headers.emplace_back("X-Mlops-Signature",
                                   "sha256=" + hmac_sha256_hex(secret_, request.body));
    return deliver_by_post("webhook " + url_, std::move(request), limits_);
  }

 private:
  std::string url_;
  std::string secret_;
  DeliveryLimits limits_;
};

}  // namespace

std::unique_ptr<Channel> make_webhook(std::string url, std::string secret, DeliveryLimits limits) {
  return std::make_unique<Webhook>(std::move(url), std::move(secret), limits);
}

}  // namespace mlops::notify
