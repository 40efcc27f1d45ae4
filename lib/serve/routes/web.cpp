#include <fmt/format.h>

#include "base/error.hpp"
#include "serve/api_context.hpp"
#include "serve/routes/handlers.hpp"
#include "serve/web_page.hpp"

namespace mlops::serve::handlers {

Response dashboard(ApiContext& context, const Request& request, const PathParameters&) {
  return web_file(context.config, request, "index.html");
}

Response api_explorer(ApiContext& context, const Request& request, const PathParameters&) {
  return web_file(context.config, request, "docs.html");
}

Response web_asset(ApiContext& context, const Request& request, const PathParameters& parameters) {
  return web_file(context.config, request, parameters.values[0]);
}

/// The page routes by what follows '#', so that it works below any prefix; the address is relative
/// for the same reason.
Response dashboard_page(ApiContext&, const Request& request, const PathParameters&) {
  const bool nested = request.target.find('/', 1) != std::string::npos;
  return {.status = 302,
          .content_type = "text/plain",
          .headers = {{"Location", (nested ? "../#" : "./#") + request.target}}};
}

}  // namespace mlops::serve::handlers
