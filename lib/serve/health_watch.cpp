#include "serve/health_watch.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"

namespace mlops::serve {
namespace {

/// The policy as it stands in model.yaml now; defaults when there is none.
observe::Policy policy_of(const registry::Registry& registry, const std::string& name) {
  const std::filesystem::path path = registry.model_config_path(name);
  try {
    return observe::parse_policy(read_file(path), path.string());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return {};
  }
}

const observe::WatchedVersion& required(const LiveModel& model,
                                        const observe::WatchedVersion* watched) {
  if (watched != nullptr) return *watched;
  throw Error(ErrorKind::not_found, "serve.not_watched",
              fmt::format("version {} of model '{}' has no reference profile to be watched by",
                          model.champion->manifest.version, model.name));
}

/// A nice value (setpriority(2)); on Linux it is the thread's own and its children's. Requests are
/// answered first where cores are short.
constexpr int kNice = 10;

void yield_to_requests() {
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNice));
}

observe::ObservationStore reading(const LiveModel& model) {
  return {model.traffic->observations_path, SqliteOpen::read_only, observe::LogSync::off};
}

/// For upkeep, by a connection of its own.
observe::ObservationStore writing(const LiveModel& model) {
  return {model.traffic->observations_path, SqliteOpen::read_write_create, observe::LogSync::full};
}

}  // namespace

observe::ModelHealth assess_version(const registry::Registry& registry, const LiveModel& model,
                                    const observe::WatchedVersion* watched,
                                    const observe::HealthQuery& query) {
  return observe::assess(reading(model), required(model, watched), policy_of(registry, model.name),
                         query);
}

observe::Timeline timeline_of_version(const registry::Registry& registry, const LiveModel& model,
                                      const observe::WatchedVersion* watched,
                                      const observe::HealthQuery& query) {
  return observe::timeline_of(reading(model), required(model, watched),
                              policy_of(registry, model.name), query);
}

HealthWatch::HealthWatch(const registry::Registry& registry, const ModelSlot& slot,
                         const Clock& clock, LogSink log, HealthListener listener)
    : registry_(&registry),
      slot_(&slot),
      clock_(&clock),
      log_(std::move(log)),
      listener_(std::move(listener)) {}

HealthWatch::~HealthWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void HealthWatch::start(std::int64_t interval_micros) {
  thread_ =
      std::thread([this, interval_micros] { run(std::chrono::microseconds(interval_micros)); });
}

void HealthWatch::note_swap() {
  {
    const std::lock_guard lock(mutex_);
    swapped_ = true;
  }
  wake_.notify_all();
}

void HealthWatch::run(std::chrono::microseconds interval) {
  yield_to_requests();
  count_traffic();
  auto next = std::chrono::steady_clock::now() + interval;
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool woken = wake_.wait_until(lock, next, [this] { return stopping_ || swapped_; });
    if (stopping_) return;
    swapped_ = false;
    lock.unlock();
    if (woken) {
      count_traffic();
    } else {
      look();
      next = std::chrono::steady_clock::now() + interval;
    }
    lock.lock();
  }
}

void HealthWatch::count_traffic() {
  const auto models = slot_->models();
  for (const auto& [name, model] : *models) {
    if (!model->watched) continue;
    try {
      observe::ObservationStore store = writing(*model);
      observe::keep_sketches(store, *model->watched);
    } catch (const std::exception& error) {
      log_({LogLevel::error, "traffic_not_counted", {{"model", name}, {"error", error.what()}}});
    }
  }
}

void HealthWatch::look() {
  const auto models = slot_->models();
  for (const auto& [name, model] : *models) {
    if (!model->watched) continue;
    try {
      look_at(*model);
    } catch (const std::exception& error) {
      log_({LogLevel::error, "health_not_assessed", {{"model", name}, {"error", error.what()}}});
    }
  }
}

void HealthWatch::look_at(const LiveModel& model) {
  const observe::Policy policy = policy_of(*registry_, model.name);
  const Timestamp now = clock_->now();
  observe::ObservationStore store = writing(model);
  observe::keep_sketches(store, *model.watched);
  observe::apply_retention(store, policy.retention, now);
  const observe::HealthQuery query{.now = now};
  auto health =
      std::make_shared<observe::ModelHealth>(observe::assess(store, *model.watched, policy, query));
  const std::vector<observe::Alert> changed = observe::update_alerts(store, *health, now);
  {
    const std::lock_guard lock(mutex_);
    last_[model.name] = health;
  }
  if (!changed.empty() && listener_.on_alerts) listener_.on_alerts(*health, changed);
  if (listener_.on_health) listener_.on_health(*health);
}

std::shared_ptr<const observe::ModelHealth> HealthWatch::last(const std::string& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = last_.find(model);
  return found == last_.end() ? nullptr : found->second;
}

}  // namespace mlops::serve
