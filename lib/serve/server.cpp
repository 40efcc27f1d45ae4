#include "serve/server.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "serve/access_rules.hpp"
#include "serve/api.hpp"
#include "serve/api_context.hpp"
#include "serve/dispatcher.hpp"
#include "serve/event_feed.hpp"
#include "serve/event_loop.hpp"
#include "serve/health_watch.hpp"
#include "serve/log_state_watch.hpp"
#include "serve/registry_follower.hpp"
#include "serve/worker_pool.hpp"

namespace mlops::serve {
namespace {

constexpr auto kFollowInterval = std::chrono::milliseconds(200);
constexpr auto kFeedInterval = std::chrono::seconds(1);
constexpr unsigned kWorkers = 2;
constexpr std::size_t kMaxQueuedTasks = 256;
/// Descriptors kept for files and databases.
constexpr rlim_t kOtherDescriptors = 256;

/// As many connections as wanted or as the system lets this process have descriptors for.
unsigned affordable_connections(unsigned wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t needed = wanted + kOtherDescriptors;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  const rlim_t left = limit.rlim_cur > 2 * kOtherDescriptors ? limit.rlim_cur - kOtherDescriptors
                                                             : limit.rlim_cur / 2;
  return static_cast<unsigned>(std::min<rlim_t>(wanted, left));
}

LoopLimits loop_limits(const ServerLimits& limits) {
  return {
      .framing = {.max_head_bytes = limits.max_head_bytes, .max_body_bytes = limits.max_body_bytes},
      .max_connections = affordable_connections(limits.max_connections),
      .request_deadline = std::chrono::microseconds(limits.request_deadline_micros),
      .idle_timeout = std::chrono::microseconds(limits.idle_timeout_micros)};
}

/// Calls something every so often on a thread of its own until it is destroyed.
class Ticker {
 public:
  Ticker(std::chrono::milliseconds interval, std::function<void()> tick) {
    thread_ = std::thread([this, interval, tick = std::move(tick)] {
      std::unique_lock lock(mutex_);
      while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
        lock.unlock();
        tick();
        lock.lock();
      }
    });
  }
  ~Ticker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

[[noreturn]] void refuse_field(std::string_view field, std::string_view why) {
  throw Error(ErrorKind::invalid_argument, "serve.bad_config", fmt::format("{} {}", field, why));
}

template <typename Enum, std::size_t n>
std::optional<Enum> parse_enum(std::string_view text, const std::array<Enum, n>& values) noexcept {
  for (const Enum value : values) {
    if (to_string(value) == text) return value;
  }
  return std::nullopt;
}

void check_registry(const registry::Registry& registry) {
  if (std::filesystem::is_directory(registry.root())) return;
  throw Error(ErrorKind::not_found, "registry.not_found",
              fmt::format("there is no registry at '{}'", registry.root().string()),
              "mlops train DATA --target COL makes one; --registry DIR names another");
}

/// One damaged model must not silence the others, but a server that can answer for none of those
/// that are deployed has nothing to offer.
void refuse_to_start_without_answers(const ModelSlot& slot) {
  const RefusalMap refusals = slot.refusals();
  if (slot.models()->empty() && !refusals.empty()) throw refusals.begin()->second;
}

}  // namespace

std::string_view to_string(OnLogFailure policy) noexcept {
  return policy == OnLogFailure::refuse ? "refuse" : "answer";
}

std::optional<OnLogFailure> parse_on_log_failure(std::string_view text) noexcept {
  return parse_enum(text, std::array{OnLogFailure::refuse, OnLogFailure::answer});
}

std::string_view to_string(AccessLog level) noexcept {
  switch (level) {
    case AccessLog::off:
      return "off";
    case AccessLog::errors:
      return "errors";
    case AccessLog::all:
      return "all";
  }
  return "off";
}

std::optional<AccessLog> parse_access_log(std::string_view text) noexcept {
  return parse_enum(text, std::array{AccessLog::off, AccessLog::errors, AccessLog::all});
}

void ServerConfig::validate() const {
  if (registry_root.empty()) refuse_field("registry_root", "is empty");
  if (host.empty()) refuse_field("host", "is empty");
  if (limits.max_connections == 0) refuse_field("limits.max_connections", "is 0");
  if (limits.max_rows_per_request == 0) refuse_field("limits.max_rows_per_request", "is 0");
  if (limits.max_queued_blocks == 0) refuse_field("limits.max_queued_blocks", "is 0");
  if (limits.max_head_bytes < 1024) refuse_field("limits.max_head_bytes", "is below 1024");
  if (limits.request_deadline_micros <= 0)
    refuse_field("limits.request_deadline_micros", "is not above 0");
  if (limits.idle_timeout_micros <= 0) refuse_field("limits.idle_timeout_micros", "is not above 0");
  if (health_interval_micros <= 0) refuse_field("health_interval_micros", "is not above 0");
}

struct Server::State {
  State(ServerConfig server_config, const Clock& clock, LogSink sink)
      : config(std::move(server_config)),
        log(std::move(sink)),
        context(config, clock, log),
        follower(context.registry,
                 {.state_directory = config.state_directory, .log_sync = config.log_sync}, clock,
                 log, context.slot),
        api(context),
        workers(std::make_unique<WorkerPool>(kWorkers, kMaxQueuedTasks)),
        dispatcher(api, context, *workers) {}

  /// Ends the threads before what they work with: workers, then the logs' last answers. Answers
  /// without predictions wait behind all that is queued.
  ~State() {
    workers.reset();
    const auto models = context.slot.models();
    for (const auto& [name, model] : *models) {
      try {
        static_cast<void>(model->traffic->log.record_feedback({}));
      } catch (const std::exception& error) {
        log({LogLevel::error, "log_not_drained", {{"model", name}, {"error", error.what()}}});
      }
    }
  }

  ServerConfig config;
  LogSink log;
  ApiContext context;
  RegistryFollower follower;
  Api api;
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<WorkerPool> workers;
  Dispatcher dispatcher;
};

Server::Server(ServerConfig config, const Clock& clock, LogSink log) {
  config.validate();
  state_ = std::make_unique<State>(std::move(config), clock, std::move(log));
  check_registry(state_->context.registry);
  Listener listener(state_->config.host, state_->config.port);
  state_->config.port = listener.port();
  state_->follower.poll();
  refuse_to_start_without_answers(state_->context.slot);
  state_->loop = std::make_unique<EventLoop>(
      std::move(listener), loop_limits(state_->config.limits), state_->dispatcher);
  state_->context.loop_counters = &state_->loop->counters();
}

Server::~Server() = default;

std::uint16_t Server::port() const noexcept {
  return state_->config.port;
}

std::vector<std::string> Server::models() const {
  std::vector<std::string> names;
  const auto models = state_->context.slot.models();
  for (const auto& [name, model] : *models) names.push_back(name);
  return names;
}

void Server::replace_token(std::string token) {
  if (token.empty()) refuse_field("token", "is empty");
  state_->context.replace_token(std::move(token));
}

void Server::run(const CancelToken& stop) {
  ApiContext& context = state_->context;
  EventFeed feed(context,
                 [this](std::string event) { state_->loop->mailbox().publish(std::move(event)); });
  HealthWatch health(context.registry, context.slot, context.clock, state_->log,
                     {.on_health = [&](const auto& seen) { feed.on_health(seen); },
                      .on_alerts =
                          [&](const auto& seen, const auto& changed) {
                            feed.on_alerts(seen, changed);
                            if (state_->config.on_alerts) state_->config.on_alerts(seen, changed);
                          }});
  state_->follower.on_swap([&](const SwapNotice& notice) {
    feed.on_swap(notice);
    health.note_swap();
  });
  const Ticker telling(kFeedInterval, [&] { feed.tick(); });
  const Ticker following(kFollowInterval, [this] {
    try {
      state_->follower.poll();
    } catch (const std::exception& error) {
      state_->log({LogLevel::error, "registry_not_read", {{"error", error.what()}}});
    }
  });
  LogStateWatch log_states(context.slot, state_->log, state_->config.on_log_state);
  const Ticker operating(kFollowInterval, [this, &log_states] {
    if (state_->config.on_poll) state_->config.on_poll();
    log_states.look();
  });
  health.start(state_->config.health_interval_micros);
  state_->log({LogLevel::info,
               "serving",
               {{"host", state_->config.host}, {"port", std::to_string(port())}}});
  state_->loop->run(stop);
  state_->log({LogLevel::info, "stopped", {}});
}

}  // namespace mlops::serve
