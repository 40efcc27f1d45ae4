#include "serve/access_rules.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace mlops::serve {
namespace {

/// The host of "host:port", "[v6]:port" or a bare host.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, std::min(host.size(), host.find(']') + 1));
  return host.substr(0, host.rfind(':'));
}

/// "http://host:port" -> "host:port".
std::string_view authority_of(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  std::uint32_t bits = 0;
  int n_bits = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    n_bits += 6;
    if (n_bits < 8) continue;
    n_bits -= 8;
    bytes.push_back(static_cast<char>((bits >> n_bits) & 0xff));
  }
  return bytes;
}

/// The secret that the request brings; nothing when it brings none.
std::optional<std::string> credential_of(const Request& request) {
  const std::string_view header = request.header("authorization");
  const std::size_t blank = header.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = header.substr(0, blank);
  const std::string_view rest = header.substr(header.find_first_not_of(' ', blank));
  if (equals_ignoring_case(scheme, "bearer")) return std::string(rest);
  if (!equals_ignoring_case(scheme, "basic")) return std::nullopt;
  const auto decoded = decode_base64(rest);
  if (!decoded || decoded->find(':') == std::string::npos) return std::nullopt;
  return decoded->substr(decoded->find(':') + 1);
}

}  // namespace

bool is_loopback(std::string_view host) noexcept {
  return equals_ignoring_case(host, "localhost") || host.starts_with("127.") || host == "::1" ||
         host == "[::1]";
}

void check_host(const Request& request, std::string_view bound_host) {
  if (!is_loopback(bound_host)) return;
  const std::string_view header = request.header("host");
  if (header.empty()) return;  // HTTP/1.0; no browser leaves it out
  const std::string_view host = without_port(header);
  if (is_loopback(host) || equals_ignoring_case(host, bound_host)) return;
  throw Error(ErrorKind::invalid_argument, "http.host_not_allowed",
              fmt::format("this server is for this machine only, not for the host '{}'",
                          host.substr(0, 100)),
              "ask for it as localhost, or start it with --host and --token-file");
}

void check_origin(const Request& request) {
  if (request.method == Method::get || request.method == Method::head ||
      request.method == Method::options)
    return;
  const std::string_view origin = request.header("origin");
  const bool foreign = !origin.empty() && authority_of(origin) != request.header("host");
  if (!foreign && !equals_ignoring_case(request.header("sec-fetch-site"), "cross-site")) return;
  throw Error(ErrorKind::invalid_argument, "http.cross_site",
              "a page of another site may not post here",
              "call the API from a program, or from a page this server gave");
}

void check_token(const Request& request, std::string_view token) {
  if (token.empty()) return;
  const auto credential = credential_of(request);
  if (credential && equal_in_constant_time(*credential, token)) return;
  throw Error(ErrorKind::invalid_argument, "http.unauthorized",
              credential ? "the token is not the right one" : "this server wants a token",
              "send the header 'Authorization: Bearer TOKEN'");
}

}  // namespace mlops::serve
