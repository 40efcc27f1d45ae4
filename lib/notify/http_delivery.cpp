#include "notify/http_delivery.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace mlops::notify {
namespace {

bool may_change(int status) {
  return status == 0 || status == 408 || status == 429 || status >= 500;
}

}  // namespace

Delivery deliver_by_post(std::string channel, HttpPost request, const DeliveryLimits& limits) {
  Delivery delivery{.channel = std::move(channel)};
  request.timeout_micros = limits.timeout_micros;
  std::int64_t pause_micros = limits.first_backoff_micros;
  while (delivery.attempts < limits.max_attempts) {
    if (delivery.attempts > 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(pause_micros));
      pause_micros *= 2;
    }
    ++delivery.attempts;
    const HttpAnswer answer = post(request);
    delivery.delivered = answer.status >= 200 && answer.status < 300;
    delivery.error = delivery.delivered  ? ""
                     : answer.status > 0 ? fmt::format("answered {}", answer.status)
                                         : answer.error;
    if (delivery.delivered || answer.hopeless || !may_change(answer.status)) break;
  }
  return delivery;
}

}  // namespace mlops::notify
