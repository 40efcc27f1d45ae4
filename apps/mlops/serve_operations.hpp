// What a running server does beside answering: tells the service manager, reads its token again
// when asked, raises the alarm when its log cannot be written.
#pragma once

#include <functional>
#include <string>

#include "base/log.hpp"
#include "serve/server.hpp"
#include "service_manager.hpp"
#include "workflow/environment.hpp"

namespace mlops::app {

/// Lives as long as the server runs.
class ServeOperations {
 public:
  /// Borrows the environment. `read_token` throws Error when there is none to be had.
  ServeOperations(const workflow::Environment& environment, LogSink log,
                  std::function<std::string()> read_token);

  /// Sets the configuration's callbacks; they borrow this object.
  void hook_into(serve::ServerConfig& config);
  /// The server is bound and its models are loaded. Borrows it.
  void ready(serve::Server& server);

 private:
  void beat();
  void reload_if_asked();
  void announce(const serve::LogStateChange& change) const;

  const workflow::Environment* environment_;
  LogSink log_;
  std::function<std::string()> read_token_;
  ServiceManager manager_;
  serve::Server* server_ = nullptr;
  bool stopping_ = false;
};

}  // namespace mlops::app
