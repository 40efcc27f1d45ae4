// Who may ask: bearer token, and the two checks that keep a web page somewhere else from using a
// server on this machine: Host against DNS rebinding, Origin against cross-site posts.
#pragma once

#include <string>
#include <string_view>

#include "serve/request.hpp"

namespace mlops::serve {

/// Throws Error "http.host_not_allowed" (403) when the server listens on loopback only and the Host
/// header names something else than this machine. `bound_host` is where the server listens.
void check_host(const Request& request, std::string_view bound_host);

/// Throws Error "http.cross_site" (403) for a request that changes something or costs work (not
/// GET, HEAD, OPTIONS) and that a browser sent for a page of another origin.
void check_origin(const Request& request);

/// Throws Error "http.unauthorized" (401) unless the request carries `token`: as "Bearer TOKEN", or
/// as the password of Basic, which is what browsers can ask for. An empty token lets everybody in.
/// Compares in constant time.
void check_token(const Request& request, std::string_view token);

/// True for addresses and names of this machine's loopback: 127.0.0.1, ::1, localhost.
[[nodiscard]] bool is_loopback(std::string_view host) noexcept;

}  // namespace mlops::serve
