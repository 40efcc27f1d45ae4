// Why bytes on a connection are not a request. The answer to one always closes the connection,
// because where the next request starts is unknown.
#pragma once

#include <string>

namespace mlops::serve {

/// A refusal before routing: an HTTP status, a stable code, a sentence.
struct FramingError {
  int status = 400;
  std::string code;
  std::string message;
};

/// Sizes beyond which a request is refused; see ServerLimits.
struct FramingLimits {
  std::size_t max_head_bytes = 32u << 10;
  std::size_t max_body_bytes = 16u << 20;
};

}  // namespace mlops::serve
