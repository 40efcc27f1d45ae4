// The HTTP API without HTTP: a request in, an answer out. Finds the route, checks who asks and
// what, calls the handler, spells failures, counts. Everything is testable from here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "registry/registry.hpp"
#include "serve/api_context.hpp"
#include "serve/route.hpp"

namespace mlops::serve {

/// Where one request is worked on.
enum class Placement {
  loop,                   ///< where it is read: it takes microseconds
  worker,                 ///< beside the loop: a big body, or a version that must be loaded
  worker_through_engine,  ///< beside the loop, run by the HTTP engine
};

/// Thread-safe.
class Api {
 public:
  /// `context` is borrowed.
  explicit Api(ApiContext& context);

  [[nodiscard]] Placement placement_of(const Request& request) const;

  /// Answers exactly once, possibly later and on another thread; never throws.
  void handle(Request request, Answer answer) const;

  /// The same, waiting for the answer; for tests and workers.
  [[nodiscard]] Response handle(Request request) const;

  /// The answer to bytes that are not a request.
  [[nodiscard]] Response refuse(const FramingError& error) const;

 private:
  struct Finishing;

  void check_access(const Request& request, const Route& route) const;

  ApiContext* context_;
};

}  // namespace mlops::serve
