#include "serve_operations.hpp"

#include <utility>

#include "base/error.hpp"
#include "reload_signal.hpp"
#include "workflow/notification.hpp"

namespace mlops::app {

ServeOperations::ServeOperations(const workflow::Environment& environment, LogSink log,
                                 std::function<std::string()> read_token)
    : environment_(&environment), log_(std::move(log)), read_token_(std::move(read_token)) {}

void ServeOperations::hook_into(serve::ServerConfig& config) {
  config.on_beat = [this] { beat(); };
  config.on_poll = [this] { reload_if_asked(); };
  config.on_log_state = [this](const serve::LogStateChange& change) { announce(change); };
}

void ServeOperations::ready(serve::Server& server) {
  server_ = &server;
  manager_.tell("READY=1");
}

void ServeOperations::beat() {
  if (!std::exchange(stopping_, environment_->cancel.requested()) && stopping_)
    manager_.tell("STOPPING=1");
  manager_.beat();
}

void ServeOperations::reload_if_asked() {
  if (!take_reload_request()) return;
  try {
    std::string token = read_token_();
    if (token.empty()) return log_({LogLevel::info, "nothing_to_reload", {}});
    server_->replace_token(std::move(token));
    log_({LogLevel::info, "token_reloaded", {}});
  } catch (const Error& error) {
    log_({LogLevel::error, "token_not_reloaded", {{"error", error.what()}}});
  }
}

void ServeOperations::announce(const serve::LogStateChange& change) const {
  try {
    workflow::announce_log_trouble(environment_->registry(),
                                   {.model = change.model,
                                    .version = change.version,
                                    .resolved = !change.failing,
                                    .reason = change.reason,
                                    .n_failed = change.n_failed},
                                   environment_->clock.now());
  } catch (const Error& error) {
    log_({LogLevel::error,
          "alert_not_recorded",
          {{"model", change.model}, {"error", error.what()}}});
  }
}

}  // namespace mlops::app
