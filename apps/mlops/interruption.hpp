// SIGINT, SIGTERM and SIGHUP (a terminal that is closed) become a cancel token; a second signal
// ends the process at once. `serve` takes SIGHUP for itself: reload_signal.hpp.
#pragma once

#include <optional>

#include "base/cancel.hpp"

namespace mlops::app {

/// Installs the handlers and ignores SIGPIPE and SIGXFSZ (write then fails, and says why). The
/// token is the process's only one; call once, before threads start.
const CancelToken& install_interruption() noexcept;

/// The signal that was received, if any.
[[nodiscard]] std::optional<int> received_signal() noexcept;

}  // namespace mlops::app
