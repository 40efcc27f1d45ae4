// The process's exit statuses: a contract with scripts, cron and CI. The domain throws kinds; this
// table is the only place that knows what a kind means to a shell.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace mlops::app {

/// Part of the contract: never renumber.
enum class ExitCode : int {
  ok = 0,
  internal = 1,
  usage = 2,
  bad_data = 3,
  not_found = 4,
  conflict = 5,
  corrupt = 6,
  unavailable = 7,
  io = 8,
  condition_true = 10,
  interrupted = 130,  ///< SIGINT; 143 after SIGTERM
  terminated = 143,
};

[[nodiscard]] constexpr int to_status(ExitCode code) noexcept {
  return static_cast<int>(code);
}

/// What a failed operation of that kind exits with.
[[nodiscard]] constexpr ExitCode exit_code_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return ExitCode::usage;
    case ErrorKind::invalid_data:
      return ExitCode::bad_data;
    case ErrorKind::not_found:
      return ExitCode::not_found;
    case ErrorKind::conflict:
      return ExitCode::conflict;
    case ErrorKind::corrupt:
      return ExitCode::corrupt;
    case ErrorKind::unavailable:
      return ExitCode::unavailable;
    case ErrorKind::io:
      return ExitCode::io;
    case ErrorKind::interrupted:
      return ExitCode::interrupted;
    case ErrorKind::internal:
      return ExitCode::internal;
  }
  return ExitCode::internal;
}

/// One phrase for help texts, where a command has nothing more precise to say.
[[nodiscard]] constexpr std::string_view describe(ExitCode code) noexcept {
  switch (code) {
    case ExitCode::ok:
      return "done";
    case ExitCode::internal:
      return "internal error, a bug";
    case ExitCode::usage:
      return "bad arguments or configuration";
    case ExitCode::bad_data:
      return "the data does not fit";
    case ExitCode::not_found:
      return "no such file, model or version";
    case ExitCode::conflict:
      return "exists already or is locked; a retry may succeed";
    case ExitCode::corrupt:
      return "stored bytes fail their checksum or format";
    case ExitCode::unavailable:
      return "a server, port or webhook does not answer";
    case ExitCode::io:
      return "the operating system refused (disk full, permission)";
    case ExitCode::condition_true:
      return "the checked condition is true";
    case ExitCode::interrupted:
      return "interrupted by Ctrl-C";
    case ExitCode::terminated:
      return "ended by SIGTERM";
  }
  return "";
}

}  // namespace mlops::app
