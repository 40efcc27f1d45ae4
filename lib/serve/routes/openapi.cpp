#include "serve/openapi.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "serve/api_context.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {

Response openapi(ApiContext& context, const Request& request, const PathParameters&) {
  const auto models = context.slot.models();
  std::string body = dump_json(openapi_document({.program_version = context.config.program_version,
                                                 .wants_token = !context.token()->empty(),
                                                 .models = models.get()}));
  const std::string etag = '"' + sha256_hex(body).substr(0, 32) + '"';
  std::vector<Header> headers{{"ETag", etag}, {"Cache-Control", "no-cache"}};
  if (request.header("if-none-match") == etag) return {.status = 304, .headers = headers};
  return {.headers = std::move(headers), .body = std::move(body)};
}

}  // namespace mlops::serve::handlers
