// Reads a request's head, strictly: what two readers could understand differently is refused, so
// that no proxy in front and this server ever disagree where a request ends (request smuggling).
// Source: RFC 9110 and RFC 9112.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "serve/framing_error.hpp"
#include "serve/request.hpp"

namespace mlops::serve {

/// How the body after a head is delimited.
enum class BodyFraming { none, content_length, chunked };

/// A head that was understood.
struct ParsedHead {
  /// Without body; `received_at` is not set.
  Request request;
  BodyFraming framing = BodyFraming::none;
  /// With content_length only; above 0.
  std::uint64_t content_length = 0;
  /// The client waits for "100 Continue" before it sends the body.
  bool expects_continue = false;
};

/// Reads the lines from the request line up to, without, the empty line; each ends in CRLF.
///
/// Refused among others: bare LF, folded or nameless headers, control characters, both
/// Content-Length and Transfer-Encoding, either of them twice, a length that is not digits,
/// codings other than chunked (501), a body on GET or HEAD, no or two Host headers with HTTP/1.1,
/// targets beyond 8,000 bytes (414), more than 100 headers (431), versions other than 1.x (505).
[[nodiscard]] std::variant<ParsedHead, FramingError> parse_head(std::string_view head);

}  // namespace mlops::serve
