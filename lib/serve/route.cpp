#include "serve/route.hpp"

#include <algorithm>

namespace mlops::serve {
namespace {

bool is_placeholder(std::string_view segment) {
  return segment.starts_with('{');
}

/// Takes the segment up to the next slash off `path`, which starts with one.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, PathParameters& parameters) {
  std::size_t n_parameters = 0;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (is_placeholder(wanted) && !given.empty()) {
      parameters.values[n_parameters++] = given;
    } else if (wanted != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

RouteMatch match_route(Method method, std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const Method wanted = method == Method::head ? Method::get : method;
  const std::span<const Route> all = routes();
  RouteMatch match{.index = all.size()};
  for (std::size_t i = 0; i < all.size(); ++i) {
    PathParameters parameters;
    if (!matches(all[i].pattern, path, parameters)) continue;
    if (all[i].method == wanted) {
      match.index = i;
      match.parameters = std::move(parameters);
      match.allowed.clear();
      return match;
    }
    match.allowed.push_back(all[i].method);
  }
  return match;
}

ErrorDialect dialect_of_path(std::string_view path) noexcept {
  if (path == "/v2" || path.starts_with("/v2/")) return ErrorDialect::open_inference;
  if (path == "/invocations") return ErrorDialect::mlflow;
  return ErrorDialect::problem;
}

}  // namespace mlops::serve
