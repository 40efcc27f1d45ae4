// One HTTP POST, bounded in time. The only place of this module that knows the HTTP library.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mlops::notify {

struct HttpPost {
  std::string url;  ///< http:// or https://
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t timeout_micros = 0;  ///< for the whole exchange
};

struct HttpAnswer {
  int status = 0;         ///< 0: no answer
  std::string error;      ///< why there is no answer
  bool hopeless = false;  ///< the URL can never work
};

/// Sends it and waits for the answer; its body is dropped. Never throws.
[[nodiscard]] HttpAnswer post(const HttpPost& request) noexcept;

}  // namespace mlops::notify
