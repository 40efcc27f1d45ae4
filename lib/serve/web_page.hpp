// Serves the web page's files: gzipped with ETags from memory, or from a directory for development.
#pragma once

#include <string_view>

#include "serve/request.hpp"
#include "serve/response.hpp"
#include "serve/server.hpp"

namespace mlops::serve {

/// What the browser may do with the page: load from this server, run no inline script or style, be
/// framed by nobody.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The answer to a request for the file `name`: 200 gzipped or, for clients that do not take gzip,
/// plain; 304 where the client has it already. Throws not_found ("http.no_such_file"), io.
[[nodiscard]] Response web_file(const ServerConfig& config, const Request& request,
                                std::string_view name);

}  // namespace mlops::serve
