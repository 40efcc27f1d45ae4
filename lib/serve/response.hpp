// One HTTP answer as the API gives it, and its bytes on the wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serve/request.hpp"

namespace mlops::serve {

/// What a connection becomes after the answer's head.
enum class Continuation {
  none,          ///< the answer is complete
  event_stream,  ///< the connection stays open and is told every published event
};

/// A complete answer.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  /// Further headers; names as they should appear. Values never come from a request unchecked.
  std::vector<Header> headers;
  std::string body;
  Continuation continuation = Continuation::none;
};

/// How an answer is put on a connection.
struct WireOptions {
  bool keep_alive = true;
  /// HEAD: the length is told, the body is not sent.
  bool head_only = false;
};

/// Status line, headers and body. 204 and 304 carry no body; an event stream has no length.
[[nodiscard]] std::string to_wire(const Response& response, const WireOptions& options);

/// The time now as HTTP's Date header wants it: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date();

}  // namespace mlops::serve
