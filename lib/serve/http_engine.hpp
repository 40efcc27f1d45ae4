// cpp-httplib as the HTTP engine: runs one complete request through it in memory, without a socket.
// The event loop has framed and limited the bytes before; httplib parses the head, dispatches and
// writes the answer. The only file of this module that includes httplib.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "serve/request.hpp"
#include "serve/response.hpp"

namespace mlops::serve {

/// One engine a thread: not thread-safe, but engines do not know each other.
class HttpEngine {
 public:
  using Handler = std::function<Response(Request)>;

  HttpEngine();
  ~HttpEngine();
  HttpEngine(const HttpEngine&) = delete;
  HttpEngine& operator=(const HttpEngine&) = delete;

  /// The wire bytes of what `handler` answers to `request`. `handler` is called at most once: not
  /// when httplib itself refuses the request. Must not throw.
  [[nodiscard]] std::string run(Request request, const Handler& handler);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mlops::serve
