#include "workflow/monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "workflow/notification.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

constexpr std::size_t kShownEvents = 8;

std::vector<std::string> watched_names(const registry::Registry& registry,
                                       const std::vector<std::string>& wanted) {
  if (!wanted.empty()) return wanted;
  std::vector<std::string> names;
  for (const std::string& name : registry.names()) {
    if (registry.aliases(name).champion) names.push_back(name);
  }
  return names;
}

/// When the champion last became champion; the epoch when the log does not say.
Timestamp deployed_at(const std::vector<registry::Event>& events) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->type == "deployed" || event->type == "rolled_back") return event->time;
  }
  return {};
}

/// Events of a chain that is broken are not shown; `fsck` and `history` name the break.
std::vector<registry::Event> events_of(const registry::Registry& registry,
                                       const std::string& name) {
  try {
    return registry.events(name);
  } catch (const Error&) {
    return {};
  }
}

registry::Version champion_of(const registry::Registry& registry, const std::string& name) {
  static_cast<void>(registry.versions(name));  // not_found with did-you-mean
  const auto champion = registry.aliases(name).champion;
  if (!champion)
    throw Error(ErrorKind::not_found, "model.no_champion",
                fmt::format("model '{}' has no champion to monitor", name),
                fmt::format("mlops deploy {}", name));
  return *champion;
}

int rank(observe::Status status) {
  switch (status) {
    case observe::Status::critical:
      return 0;
    case observe::Status::warning:
      return 1;
    case observe::Status::unknown:
      return 2;
    case observe::Status::ok:
      return 3;
  }
  return 3;
}

/// A champion with everything that an assessment needs beside the store.
struct Watch {
  observe::WatchedVersion version;
  observe::Policy policy;
};

Watch watch_champion(const registry::Registry& registry, const std::string& name) {
  Watch watch{watched_version(registry, name, champion_of(registry, name)),
              read_policy(registry, name)};
  watch.version.deployed_at = deployed_at(events_of(registry, name));
  return watch;
}

observe::ModelHealth assess(const registry::Registry& registry, const Watch& watch,
                            const observe::HealthQuery& query) {
  const observe::ObservationStore store(registry.observations_path(watch.version.model),
                                        SqliteOpen::read_only, observe::LogSync::off);
  return observe::assess(store, watch.version, watch.policy, query);
}

/// Opens, refreshes and resolves alerts, tells people, and shows the result.
void update_and_announce(const registry::Registry& registry, const Watch& watch,
                         observe::ModelHealth& health, const observe::HealthQuery& query) {
  observe::ObservationStore store(registry.observations_path(health.model),
                                  SqliteOpen::read_write_create, observe::LogSync::full);
  observe::keep_sketches(store, watch.version);
  observe::apply_retention(store, watch.policy.retention, query.now);
  const auto changed = observe::update_alerts(store, health, query.now);
  if (changed.empty()) return;
  announce_alerts(registry, health, changed);
  health = observe::assess(store, watch.version, watch.policy, query);
}

void recount(const registry::Registry& registry, const Watch& watch) {
  observe::ObservationStore store(registry.observations_path(watch.version.model),
                                  SqliteOpen::read_write_create, observe::LogSync::full);
  observe::keep_sketches(store, watch.version, observe::Recount::yes);
}

/// A scheduled check of a mistyped path must not say for ever that all is well.
void require_registry(const registry::Registry& registry) {
  if (std::filesystem::is_directory(registry.root())) return;
  throw Error(ErrorKind::not_found, "registry.not_found",
              fmt::format("there is no registry at '{}'", registry.root().string()),
              "--registry DIR or MLOPS_REGISTRY names it");
}

}  // namespace

observe::ModelHealth champion_health(const registry::Registry& registry, const std::string& name,
                                     Timestamp now, std::int64_t range_micros) {
  return assess(registry, watch_champion(registry, name), {now, range_micros});
}

MonitorReport monitor(const MonitorConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  if (config.alerts == AlertUpdate::yes) require_registry(registry);
  MonitorReport report{.generated_at = environment.clock.now()};
  const observe::HealthQuery query{report.generated_at, config.range_micros};
  for (const std::string& name : watched_names(registry, config.models)) {
    const Watch watch = watch_champion(registry, name);
    if (config.recount == observe::Recount::yes) recount(registry, watch);
    observe::ModelHealth health = assess(registry, watch, query);
    if (config.alerts == AlertUpdate::yes) update_and_announce(registry, watch, health, query);
    report.models.push_back(std::move(health));
  }
  std::stable_sort(report.models.begin(), report.models.end(),
                   [](const auto& a, const auto& b) { return rank(a.status) < rank(b.status); });
  for (const observe::ModelHealth& health : report.models) {
    std::vector<registry::Event> events = events_of(registry, health.model);
    std::reverse(events.begin(), events.end());
    if (events.size() > kShownEvents) events.resize(kShownEvents);
    report.events.push_back(std::move(events));
  }
  return report;
}

MonitorReport compare_versions(const CompareConfig& config, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  MonitorReport report{.generated_at = environment.clock.now()};
  for (const std::string& reference : config.references) {
    const ResolvedVersion resolved = resolve(registry, reference);
    Watch watch{watched_version(registry, resolved.name, resolved.version),
                read_policy(registry, resolved.name)};
    // Alarms are the champion's; here only what the range holds is of interest.
    watch.version.deployed_at = {report.generated_at.micros - config.range_micros};
    observe::ModelHealth health =
        assess(registry, watch, {report.generated_at, config.range_micros});
    health.alerts.clear();
    if (!report.models.empty() && report.models.front().task != health.task)
      throw Error(ErrorKind::invalid_argument, "monitor.different_tasks",
                  fmt::format("'{}' and '{}' answer different kinds of questions",
                              config.references.front(), reference),
                  "compare versions with the same kind of target");
    report.models.push_back(std::move(health));
  }
  report.events.resize(report.models.size());
  return report;
}

bool has_firing_alert(const MonitorReport& report) noexcept {
  return std::any_of(report.models.begin(), report.models.end(), [](const auto& health) {
    return std::any_of(health.alerts.begin(), health.alerts.end(),
                       [](const auto& alert) { return alert.state == "firing"; });
  });
}

}  // namespace mlops::workflow
