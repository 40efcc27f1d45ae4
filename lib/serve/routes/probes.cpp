#include "serve/api_context.hpp"
#include "serve/metrics_page.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

/// Without a fresh failure a server is ready again: only requests can tell whether the log works.
constexpr auto kLogFailureMemory = std::chrono::seconds(5);

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
  const auto models = context.slot.models();
  if (models->empty()) return text(503, "no model is deployed\n");
  if (context.config.on_log_failure == OnLogFailure::refuse) {
    for (const auto& [name, model] : *models) {
      if (model->traffic->log_condition.failed_within(kLogFailureMemory))
        return text(503, "the prediction log cannot be written\n");
    }
  }
  return text(200, "ok\n");
}

Response prometheus(ApiContext& context, const Request&, const PathParameters&) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = metrics_page(context)};
}

}  // namespace mlops::serve::handlers
