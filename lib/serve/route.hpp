// The route table: the single source of routing, 405 with Allow, OpenAPI, the documentation page
// and metric labels.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "serve/problem.hpp"
#include "serve/request.hpp"
#include "serve/scorer.hpp"

namespace mlops::serve {

class ApiContext;

/// Values of a pattern's {placeholders}, in order; empty where there is none.
struct PathParameters {
  std::array<std::string, 2> values;
};

/// One request on its way through a handler.
struct Call {
  ApiContext& context;
  Request request;
  PathParameters parameters;
  Answer answer;
};

/// Where a route's work is done.
enum class Dispatch {
  loop,    ///< on the event loop: microseconds, no disk
  worker,  ///< on a worker thread, through the HTTP engine
};

/// Who may ask when there is a token.
enum class Access { token, open };

/// One route.
struct Route {
  Method method = Method::get;
  /// Segments in braces match one segment: "/v1/models/{ref}/predict".
  std::string_view pattern;
  void (*handler)(Call call) = nullptr;
  Dispatch dispatch = Dispatch::worker;
  Access access = Access::token;
  ErrorDialect errors = ErrorDialect::problem;
  std::string_view operation_id;
  std::string_view tag;
  std::string_view summary;  ///< one line
  std::string_view body;     ///< what the request holds; empty without body
  std::string_view answer;   ///< what a 200 holds
};

/// Every route, in the order of the documentation.
[[nodiscard]] std::span<const Route> routes() noexcept;

/// What a path and method come to.
struct RouteMatch {
  /// Index into routes(); nothing matched when it equals their number.
  std::size_t index = 0;
  PathParameters parameters;
  /// Methods of the path, for Allow, when it matched with another method only.
  std::vector<Method> allowed;

  [[nodiscard]] bool found() const noexcept { return index < routes().size(); }
};

/// The route of a request; HEAD goes where GET goes. A slash at the end is not significant.
[[nodiscard]] RouteMatch match_route(Method method, std::string_view path);

/// How errors are spelled on a path that matches nothing.
[[nodiscard]] ErrorDialect dialect_of_path(std::string_view path) noexcept;

}  // namespace mlops::serve
