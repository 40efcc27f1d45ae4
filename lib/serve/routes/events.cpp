#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"
#include "serve/api_context.hpp"
#include "serve/event_feed.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

/// Lines of the audit log in one answer, the newest ones.
constexpr std::size_t kMaxEvents = 500;

}  // namespace

Response event_stream(ApiContext& context, const Request& request, const PathParameters&) {
  if (context.loop_counters != nullptr &&
      context.loop_counters->event_streams >= context.config.limits.max_event_streams)
    throw Error(ErrorKind::unavailable, "http.too_many_streams",
                "as many clients listen to the events as may",
                "poll /v1/models/{name}/metrics instead");
  Response response{.content_type = "text/event-stream",
                    .headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}};
  if (request.method == Method::head) return response;
  response.body = greeting_text(context);
  response.continuation = Continuation::event_stream;
  return response;
}

Response model_events(ApiContext& context, const Request&, const PathParameters& parameters) {
  const auto model = context.slot.get(parameters.values[0]);
  const std::vector<registry::Event> events = context.registry.events(model->name);
  Json items = Json::array();
  const std::size_t n_skipped = events.size() - std::min(events.size(), kMaxEvents);
  for (std::size_t i = n_skipped; i < events.size(); ++i)
    items.push_back({{"sequence", events[i].sequence},
                     {"time", to_rfc3339(events[i].time)},
                     {"actor", events[i].actor},
                     {"type", events[i].type},
                     {"message", events[i].message},
                     {"evidence", events[i].evidence}});
  return {.headers = {{"Cache-Control", "no-store"}},
          .body = dump_json(
              Json{{"model", model->name}, {"skipped", n_skipped}, {"events", std::move(items)}})};
}

}  // namespace mlops::serve::handlers
