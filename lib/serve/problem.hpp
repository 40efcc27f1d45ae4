// What a failed request is answered with: RFC 9457 problem details, with the members that the Open
// Inference Protocol and MLflow's scoring protocol expect beside them.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "serve/response.hpp"

namespace mlops::serve {

/// One thing that is wrong with one row.
struct RowProblem {
  std::size_t row = 0;
  std::string column;   ///< empty when it concerns the whole row
  std::string code;     ///< stable: not_a_number, not_finite, duplicate_column, ...
  std::string message;  ///< one sentence
};

/// How errors are spelled on a route.
enum class ErrorDialect {
  problem,         ///< application/problem+json
  open_inference,  ///< the same members and "error", as application/json
  mlflow,          ///< the same members and "error_code", "message", as application/json
};

/// A failed request.
struct Problem {
  int status = 500;
  std::string code;
  std::string detail;  ///< one sentence
  std::string hint;    ///< may be empty
  /// At most kMaxRowProblems are told; `n_errors` counts all.
  std::vector<RowProblem> errors;
  std::uint64_t n_errors = 0;
  std::vector<Header> headers;  ///< Allow, Retry-After, WWW-Authenticate
};

/// Row problems told in one answer.
inline constexpr std::size_t kMaxRowProblems = 100;

/// The answer. `instance` is the request's path.
[[nodiscard]] Response to_response(const Problem& problem, ErrorDialect dialect,
                                   std::string_view instance);

/// What went wrong, as the client may know it: an Error's own words; for internal, io and corrupt
/// errors and foreign exceptions a general sentence (the detail belongs into the log).
[[nodiscard]] Problem problem_from(std::exception_ptr failure);

}  // namespace mlops::serve
