#include "serve/problem.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "serve/http_status.hpp"

namespace mlops::serve {
namespace {

/// The error names of MLflow's scoring server.
std::string_view mlflow_error_code(int status) {
  switch (status) {
    case 404:
      return "RESOURCE_DOES_NOT_EXIST";
    case 503:
      return "TEMPORARILY_UNAVAILABLE";
    default:
      return status >= 500 ? "INTERNAL_ERROR" : "BAD_REQUEST";
  }
}

Json errors_to_json(const Problem& problem) {
  Json errors = Json::array();
  for (const RowProblem& error : problem.errors) {
    Json item{{"row", error.row}};
    if (!error.column.empty()) item["column"] = error.column;
    item["code"] = error.code;
    item["message"] = error.message;
    errors.push_back(std::move(item));
  }
  return errors;
}

Problem problem_from_error(const Error& error) {
  Problem problem{.status = http_status(error.kind(), error.code()), .code = error.code()};
  if (problem.status == 500) {
    problem.detail = "the server could not do this; its log has the reason under the request's id";
  } else {
    problem.detail = error.what();
    problem.hint = error.hint();
  }
  if (problem.status == 503) problem.headers.push_back({"Retry-After", "1"});
  return problem;
}

}  // namespace

Response to_response(const Problem& problem, ErrorDialect dialect, std::string_view instance) {
  Json body{{"type", "about:blank"},    {"title", reason_phrase(problem.status)},
            {"status", problem.status}, {"detail", problem.detail},
            {"instance", instance},     {"code", problem.code}};
  if (!problem.hint.empty()) body["hint"] = problem.hint;
  if (!problem.errors.empty()) {
    body["errors"] = errors_to_json(problem);
    if (problem.n_errors > problem.errors.size()) body["n_errors"] = problem.n_errors;
  }
  Response response{.status = problem.status, .headers = problem.headers};
  if (dialect == ErrorDialect::problem) response.content_type = "application/problem+json";
  if (dialect == ErrorDialect::open_inference) body["error"] = problem.detail;
  if (dialect == ErrorDialect::mlflow) {
    body["error_code"] = mlflow_error_code(problem.status);
    body["message"] = problem.detail;
  }
  response.body = dump_json(body);
  return response;
}

Problem problem_from(std::exception_ptr failure) {
  try {
    std::rethrow_exception(std::move(failure));
  } catch (const Error& error) {
    return problem_from_error(error);
  } catch (...) {
    return problem_from_error(Error(ErrorKind::internal, "internal", ""));
  }
}

}  // namespace mlops::serve
