// What the handlers of the API work with: the models, the registry, limits, counters. Borrowed
// parts outlive it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/shared_snapshot.hpp"
#include "observe/health.hpp"
#include "registry/registry.hpp"
#include "serve/answer_cache.hpp"
#include "serve/counters.hpp"
#include "serve/event_loop.hpp"
#include "serve/live_model.hpp"
#include "serve/scorer.hpp"
#include "serve/server.hpp"

namespace mlops::serve {

/// Thread-safe: handlers run on the loop and on workers at once.
class ApiContext {
 public:
  ApiContext(const ServerConfig& server_config, const Clock& server_clock, LogSink sink);
  ApiContext(const ApiContext&) = delete;

  /// The bearer token; empty: none.
  [[nodiscard]] std::shared_ptr<const std::string> token() const noexcept { return token_.load(); }
  void replace_token(std::string token);

  /// A fresh id for a request, unique in this process's life and unlike another's.
  [[nodiscard]] std::string next_request_id();

  const ServerConfig& config;
  const Clock& clock;
  LogSink log;
  registry::Registry registry;
  ModelSlot slot;
  ScratchPool<codec::JsonScratch> scratch;
  Scorer scorer;
  AnswerCache answers;
  /// One per route, and a last one for what matched none.
  std::vector<RouteCounters> route_counters;
  std::atomic<std::int64_t> requests_in_flight{0};
  Timestamp started_at;
  /// The loop's counters once there is a loop; null in tests without one.
  const LoopCounters* loop_counters = nullptr;
  /// Set while the server drains: readiness probes then fail.
  std::atomic<bool> draining{false};

 private:
  SharedSnapshot<std::string> token_;
  std::string request_id_prefix_;
  std::atomic<std::uint64_t> request_number_{0};
};

}  // namespace mlops::serve
