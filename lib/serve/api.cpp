#include "serve/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "serve/access_rules.hpp"
#include "serve/request_body.hpp"

namespace mlops::serve {
namespace {

/// A scoring request larger than this is worked on beside the loop, not on it.
constexpr std::size_t kMaxLoopBodyBytes = 32u << 10;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool is_request_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), allowed);
}

std::string allow_list(const RouteMatch& match) {
  std::string list;
  for (const Method method : match.allowed) {
    if (!list.empty()) list += ", ";
    list += to_string(method);
    if (method == Method::get) list += ", HEAD";
  }
  return list + ", OPTIONS";
}

Response no_such_route(const Request& request, const RouteMatch& match, ErrorDialect dialect) {
  if (request.method == Method::options && !match.allowed.empty())
    return {.status = 204, .headers = {{"Allow", allow_list(match)}}};
  if (!match.allowed.empty())
    return to_response({.status = 405,
                        .code = "http.method_not_allowed",
                        .detail = fmt::format("{} is not answered here", to_string(request.method)),
                        .hint = "this path takes " + allow_list(match),
                        .headers = {{"Allow", allow_list(match)}}},
                       dialect, request.path);
  std::vector<std::string> patterns;
  for (const Route& route : routes()) patterns.emplace_back(route.pattern);
  const std::string suggestion = did_you_mean(request.path, patterns);
  return to_response({.status = 404,
                      .code = "http.no_such_route",
                      .detail = "there is nothing at this path",
                      .hint = suggestion.empty() ? "GET /v1 lists what there is" : suggestion},
                     dialect, request.path);
}

void log_failure(const ApiContext& context, std::string_view request_id,
                 const std::exception_ptr& failure) {
  LogRecord record{LogLevel::error, "request_failed", {{"request_id", std::string(request_id)}}};
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    record.fields.emplace_back("code", error.code());
    record.fields.emplace_back("error", error.what());
  } catch (const std::exception& error) {
    record.fields.emplace_back("error", error.what());
  } catch (...) {
    record.fields.emplace_back("error", "not an exception");
  }
  context.log(record);
}

/// Whether a request may name a version that is not in memory: in its path, or as ?model=.
bool may_load(const PathParameters& parameters, const std::string& query) {
  if (!query.empty()) return true;
  const std::string& reference = parameters.values[0];
  const std::size_t at = reference.find('@');
  if (at == std::string::npos) return !parameters.values[1].empty();
  const std::string_view selector = std::string_view(reference).substr(at + 1);
  return selector != "champion" && selector != "challenger";
}

}  // namespace

Api::Api(ApiContext& context) : context_(&context) {}

Placement Api::placement_of(const Request& request) const {
  const RouteMatch match = match_route(request.method, request.path);
  if (!match.found()) return Placement::loop;
  if (routes()[match.index].dispatch == Dispatch::worker) return Placement::worker_through_engine;
  const bool heavy = request.body.size() > kMaxLoopBodyBytes ||
                     !request.header("content-encoding").empty() ||
                     may_load(match.parameters, request.query);
  return heavy ? Placement::worker : Placement::loop;
}

void Api::check_access(const Request& request, const Route& route) const {
  check_host(request, context_->config.host);
  check_origin(request);
  if (route.access == Access::token) check_token(request, *context_->token());
}

/// What is done with the answer to a request, whoever gives it. Shared by the copies of an Answer.
struct Api::Finishing {
  Finishing(ApiContext& the_context, const Request& request, std::size_t the_route,
            Answer the_answer)
      : context(&the_context),
        route(the_route),
        method(request.method),
        path(request.path),
        received_at(request.received_at),
        answer(std::move(the_answer)) {
    const std::string_view given = request.header("x-request-id");
    request_id = is_request_id(given) ? std::string(given) : context->next_request_id();
    ++context->requests_in_flight;
  }

  void finish(Response response) const {
    const double seconds = seconds_since(received_at);
    --context->requests_in_flight;
    context->route_counters[route].add(response.status, seconds);
    const AccessLog level = context->config.access_log;
    if (level == AccessLog::all || (level == AccessLog::errors && response.status >= 400))
      context->log({response.status >= 500 ? LogLevel::warning : LogLevel::info,
                    "request",
                    {{"request", fmt::format("{} {}", to_string(method), path)},
                     {"status", std::to_string(response.status)},
                     {"milliseconds", fmt::format("{:.3f}", seconds * 1e3)},
                     {"request_id", request_id}}});
    response.headers.push_back({"X-Request-Id", request_id});
    answer(std::move(response));
  }

  ApiContext* context;
  std::size_t route;
  Method method;
  std::string path;
  std::chrono::steady_clock::time_point received_at;
  std::string request_id;
  Answer answer;
};

void Api::handle(Request request, Answer answer) const {
  RouteMatch match = match_route(request.method, request.path);
  const Route* route = match.found() ? &routes()[match.index] : nullptr;
  const ErrorDialect dialect = route ? route->errors : dialect_of_path(request.path);
  const auto finishing =
      std::make_shared<const Finishing>(*context_, request, match.index, std::move(answer));
  const auto finish = [finishing](Response response) { finishing->finish(std::move(response)); };
  try {
    if (route == nullptr) {
      check_host(request, context_->config.host);
      return finish(no_such_route(request, match, dialect));
    }
    check_access(request, *route);
    decode_content_coding(request, context_->config.limits.max_body_bytes);
    route->handler({*context_, std::move(request), std::move(match.parameters), finish});
  } catch (...) {
    Problem problem = problem_from(std::current_exception());
    if (problem.status >= 500 && problem.status != 503)
      log_failure(*context_, finishing->request_id, std::current_exception());
    if (problem.status == 401)
      problem.headers.push_back({"WWW-Authenticate", "Bearer, Basic realm=\"mlops\""});
    finish(to_response(problem, dialect, finishing->path));
  }
}

Response Api::handle(Request request) const {
  std::promise<Response> promise;
  handle(std::move(request),
         [&promise](Response response) { promise.set_value(std::move(response)); });
  return promise.get_future().get();
}

Response Api::refuse(const FramingError& error) const {
  context_->route_counters.back().add(error.status, 0);
  if (context_->config.access_log != AccessLog::off)
    context_->log({LogLevel::info,
                   "request_refused",
                   {{"status", std::to_string(error.status)}, {"code", error.code}}});
  Problem problem{.status = error.status, .code = error.code, .detail = error.message};
  if (error.status == 503) problem.headers.push_back({"Retry-After", "1"});
  if (error.status == 408) problem.hint = "send the whole request at once";
  return to_response(problem, ErrorDialect::problem, "");
}

}  // namespace mlops::serve
