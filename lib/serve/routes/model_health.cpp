#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "serve/api_context.hpp"
#include "serve/health_watch.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

std::int64_t range_of(const Request& request) {
  const auto text = request.query_parameter("range");
  if (!text) return kMicrosPerDay;
  const auto micros = parse_duration_micros(*text);
  if (micros && *micros > 0) return *micros;
  throw Error(ErrorKind::invalid_argument, "http.bad_range",
              fmt::format("'{}' is not a range of time", text->substr(0, 100)),
              "write it as 90s, 15m, 6h, 30d or 2w");
}

}  // namespace

Response model_metrics(ApiContext& context, const Request& request,
                       const PathParameters& parameters) {
  const std::int64_t range = range_of(request);
  const auto model = context.slot.get(parameters.values[0]);
  const observe::ModelHealth health =
      assess_model(context.registry, *model, {.now = context.clock.now(), .range_micros = range});
  return {.headers = {{"Cache-Control", "no-store"}}, .body = dump_json(observe::to_json(health))};
}

}  // namespace mlops::serve::handlers
