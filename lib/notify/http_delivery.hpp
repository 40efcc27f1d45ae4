// An HTTP POST that is tried again while there is hope, with a pause that doubles.
#pragma once

#include <string>

#include "notify/channel.hpp"
#include "notify/http_post.hpp"

namespace mlops::notify {

/// Sends until an answer of 2xx, a refusal that another try cannot change, or the last attempt.
/// `channel` names it in the outcome.
[[nodiscard]] Delivery deliver_by_post(std::string channel, HttpPost request,
                                       const DeliveryLimits& limits);

}  // namespace mlops::notify
