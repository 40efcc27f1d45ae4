// The one exception type of lib/ and its kinds. What an error carries is a kind, a stable code, a
// sentence and a hint; exit statuses and HTTP statuses are tables at the edges (apps/mlops/
// exit_code.hpp, lib/serve/http_status.hpp), unknown here.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mlops {

/// Why an operation could not go on. Each kind has one exit status and one HTTP status.
enum class ErrorKind {
  invalid_argument,  ///< the caller asked for something malformed
  invalid_data,      ///< a file, row or request does not fit
  not_found,         ///< file, model, version, route
  conflict,          ///< exists already, or a lock is held; a retry may succeed
  corrupt,           ///< stored bytes fail their checksum or format
  unavailable,       ///< a server, port or webhook does not answer; a retry may succeed
  io,                ///< the operating system refused (disk full, permission)
  interrupted,       ///< a cancel token was set, usually by SIGINT
  internal,          ///< a bug
};

std::string_view to_string(ErrorKind kind) noexcept;

/// The kind with that name; nothing when there is none.
std::optional<ErrorKind> parse_error_kind(std::string_view text) noexcept;

/// The only exception type thrown by lib/.
///
/// `code` is stable and dotted ("data.target_missing"): scripts and JSON errors rely on it.
/// `what()` is one sentence without a trailing full stop that names the offending value.
/// `hint` is what the user can do next; it may be empty.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string code, const std::string& message, std::string hint = {});

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

  /// The same error with `prefix` and a colon before its sentence; for module boundaries.
  [[nodiscard]] Error with_context(std::string_view prefix) const;

 private:
  ErrorKind kind_;
  std::string code_;
  std::string hint_;
};

}  // namespace mlops
