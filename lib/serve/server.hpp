// The HTTP service over a registry: predict, feedback, metadata, health, metrics, documentation and
// the dashboard for every deployed model. Follows the registry: an alias that moves is live within
// a second, without a lost request.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "observe/health.hpp"
#include "observe/store.hpp"

namespace mlops::serve {

/// Limits with units; each has a test.
struct ServerLimits {
  std::size_t max_body_bytes = 16u << 20;
  std::size_t max_head_bytes = 32u << 10;
  std::size_t max_rows_per_request = 10'000;
  unsigned max_connections = 4096;
  unsigned max_event_streams = 256;
  std::int64_t request_deadline_micros = 10 * kMicrosPerSecond;  ///< first byte to last
  std::int64_t idle_timeout_micros = 60 * kMicrosPerSecond;
  std::size_t max_queued_blocks = 8192;  ///< predictions waiting for the log; beyond: 503
};

/// What a client is told when its prediction could not be logged (disk full).
enum class OnLogFailure { refuse, answer };

std::string_view to_string(OnLogFailure policy) noexcept;
std::optional<OnLogFailure> parse_on_log_failure(std::string_view text) noexcept;

/// Which requests are logged through the sink, event "request".
enum class AccessLog { off, errors, all };

std::string_view to_string(AccessLog level) noexcept;
std::optional<AccessLog> parse_access_log(std::string_view text) noexcept;

/// A model's prediction log cannot be written any more, or can be again.
struct LogStateChange {
  std::string model;
  std::uint32_t version = 0;  ///< the champion
  bool failing = false;
  std::string reason;          ///< what the last attempt said
  std::uint64_t n_failed = 0;  ///< rows that could not be logged since the server started
};

struct ServerConfig {
  std::filesystem::path registry_root;
  /// Where observations go when the registry is read-only; absent: in the registry.
  std::optional<std::filesystem::path> state_directory;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free one
  std::string token;          ///< bearer token; empty: none
  observe::LogSync log_sync = observe::LogSync::full;
  /// refuse: 503, the client may retry; answer: the prediction, counted as not logged.
  OnLogFailure on_log_failure = OnLogFailure::refuse;
  AccessLog access_log = AccessLog::errors;
  /// What GET /version and GET /v2 say.
  std::string program_version = "unknown";
  /// Serve the web page's files from here instead of the embedded ones (development).
  std::optional<std::filesystem::path> web_directory;
  ServerLimits limits;
  /// Seconds between looks at every model's health.
  std::int64_t health_interval_micros = 10 * kMicrosPerSecond;
  /// Called on the loop's thread ten times a second for as long as it turns, also while it drains;
  /// must not block. What a watchdog is fed by. May be empty.
  std::function<void()> on_beat;
  /// Called five times a second on a thread that may wait. May be empty.
  std::function<void()> on_poll;
  /// Called on that thread when a log fails or recovers. May be empty.
  std::function<void(const LogStateChange&)> on_log_state;
  /// Called when alerts changed state; on a worker thread. May be empty.
  std::function<void(const observe::ModelHealth&, const std::vector<observe::Alert>&)> on_alerts;

  /// Throws invalid_argument naming the field.
  void validate() const;
};

/// A bound, loaded server.
class Server {
 public:
  /// Binds and loads every champion. Throws unavailable ("serve.port_in_use") when the port is
  /// taken, io, or not_found for an absent registry. A model that is damaged or fails its
  /// self-test is left out and logged, its requests are answered with 503; when no deployed model
  /// is whole, what is wrong with the first is thrown (corrupt). `clock` is borrowed.
  Server(ServerConfig config, const Clock& clock, LogSink log);
  ~Server();

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Names of the models that answer now.
  [[nodiscard]] std::vector<std::string> models() const;

  /// Another token from now on; requests that were let in stay in. Any thread. Throws
  /// invalid_argument for an empty one: a server does not open by mistake.
  void replace_token(std::string token);

  /// Serves until `stop` is requested, then drains: answers what was accepted, closes, returns.
  void run(const CancelToken& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mlops::serve
