#include "base/json.hpp"
#include "serve/api_context.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
Response listing(ApiContext&, const Request&, const PathParameters&) {
  Json items = Json::array();
  for (const Route& route : routes())
    items.push_back({{"method", to_string(route.method)},
                     {"path", route.pattern},
                     {"operation", route.operation_id},
                     {"summary", route.summary}});
  return {.body = dump_json(Json{{"service", "mlops"}, {"routes", std::move(items)}})};
}

}  // namespace mlops::serve::handlers
