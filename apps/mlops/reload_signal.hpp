// SIGHUP asks a running server to read again what it read when it started.
#pragma once

namespace mlops::app {

/// Catches SIGHUP from now on, and ignores SIGXFSZ: a file-size limit is then an error of the
/// write that met it, not the end of the process.
void install_reload_signal() noexcept;

/// Whether it was received since the last call.
[[nodiscard]] bool take_reload_request() noexcept;

}  // namespace mlops::app
