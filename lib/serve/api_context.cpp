#include "serve/api_context.hpp"

#include <utility>

#include "observe/prediction_id.hpp"
#include "serve/route.hpp"

namespace mlops::serve {

ApiContext::ApiContext(const ServerConfig& server_config, const Clock& server_clock, LogSink sink)
    : config(server_config),
      clock(server_clock),
      log(std::move(sink)),
      registry(server_config.registry_root, server_clock, "mlops serve"),
      scorer(server_config.limits, server_config.on_log_failure, server_clock, registry, scratch),
      route_counters(routes().size() + 1),
      started_at(server_clock.now()),
      token_(std::make_shared<const std::string>(server_config.token)),
      request_id_prefix_(observe::format_prediction_id(started_at.micros).substr(3) + '-') {}

void ApiContext::replace_token(std::string token) {
  token_.store(std::make_shared<const std::string>(std::move(token)));
}

std::string ApiContext::next_request_id() {
  return request_id_prefix_ +
         std::to_string(request_number_.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace mlops::serve
