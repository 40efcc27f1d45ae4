// How a failure is told: two lines for people, one JSON object for programs; always on stderr.
#pragma once

#include <string>

#include "base/error.hpp"
#include "render/capabilities.hpp"

namespace mlops::app {

/// "error[code]: what" and, when there is one, "hint: what to do"; each with a newline.
[[nodiscard]] std::string failure_text(const Error& error,
                                       const render::Capabilities& capabilities);

/// {"error":{"kind","code","message","hint","exit_status"}} on one line with a newline.
[[nodiscard]] std::string failure_json(const Error& error, int exit_status);

}  // namespace mlops::app
