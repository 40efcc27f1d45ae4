#include "serve/api_context.hpp"
#include "serve/metrics_page.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

Response text(int status, std::string body) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .headers = {{"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

}  // namespace

Response livez(ApiContext&, const Request&, const PathParameters&) {
  return text(200, "ok\n");
}

Response readyz(ApiContext& context, const Request&, const PathParameters&) {
  if (context.draining) return text(503, "draining\n");
  if (context.slot.models()->empty()) return text(503, "no model is deployed\n");
  return text(200, "ok\n");
}

Response prometheus(ApiContext& context, const Request&, const PathParameters&) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = metrics_page(context)};
}

}  // namespace mlops::serve::handlers
