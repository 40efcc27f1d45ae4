#include "observe/health.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "observe/alert_table.hpp"
#include "observe/assessment.hpp"

namespace mlops::observe {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
/// Points of a series at most.
constexpr std::int64_t kMaxPoints = 60;
/// Predictions a minute are those of the last minutes.
constexpr std::int64_t kRateMinutes = 10;

Minutes minutes_of(const HealthQuery& query) {
  constexpr std::array<std::int64_t, 16> kSteps = {1,  2,   5,   6,   10,  15,  20,   30,
                                                   60, 120, 180, 240, 360, 720, 1440, 10080};
  Minutes minutes;
  minutes.last = query.now.micros / kMicrosPerMinute + 1;
  minutes.first = (query.now.micros - query.range_micros) / kMicrosPerMinute;
  const std::int64_t n = minutes.last - minutes.first;
  minutes.step = *std::find_if(kSteps.begin(), kSteps.end() - 1,
                               [n](std::int64_t step) { return n <= step * (kMaxPoints + 1); });
  minutes.first -= minutes.first % minutes.step;
  return minutes;
}

void set_volume(const Assessment& a, ModelHealth& health) {
  std::vector<SeriesPoint> series(static_cast<std::size_t>(a.minutes.n_points()));
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::int64_t minute = a.minutes.first + static_cast<std::int64_t>(i) * a.minutes.step;
    series[i] = {{minute * kMicrosPerMinute}, 0, kNan, kNan, kNan};
  }
  std::uint64_t n_recent = 0;
  LatencyHistogram latency;
  for (const auto& [hour, traffic] : a.hours.traffic) {
    bool counted = false;
    for (std::size_t i = 0; i < kMinutesPerHour; ++i) {
      const std::int64_t minute = hour * 60 + static_cast<std::int64_t>(i);
      const std::uint64_t n = traffic.rows_by_minute[i];
      if (n == 0 || !a.minutes.holds(minute)) continue;
      series[static_cast<std::size_t>((minute - a.minutes.first) / a.minutes.step)].n += n;
      health.n_total += n;
      if (minute >= a.minutes.last - kRateMinutes) n_recent += n;
      counted = true;
    }
    if (counted) latency.add(traffic.latency);
  }
  health.volume = std::move(series);
  health.per_minute = static_cast<double>(n_recent) / static_cast<double>(kRateMinutes);
  health.latency_p50_ms = latency.quantile_us(0.50) / 1000;
  health.latency_p99_ms = latency.quantile_us(0.99) / 1000;
  for (const auto& [hour, n] : a.hours.errors)
    if (hour >= a.minutes.first / 60) health.n_errors += n;
}

bool calls_for_retraining(const Alert& alert) {
  return is_open(alert) && (alert.rule == "performance" || alert.rule == "calibration" ||
                            alert.rule == "estimated_performance" || alert.rule == "drift" ||
                            alert.rule == "prediction_drift");
}

void set_status(ModelHealth& health) {
  bool warning = false;
  bool critical = false;
  for (const Alert& alert : health.alerts) {
    if (!is_open(alert)) continue;
    (alert.severity == "critical" ? critical : warning) = true;
    if (calls_for_retraining(alert) && is_worth_telling(alert))
      health.flagged_for_retraining = true;
  }
  health.status = critical  ? Status::critical
                  : warning ? Status::warning
                            : health.performance.status;
}

}  // namespace

Status alarm_status(const std::vector<Alert>& alerts, std::initializer_list<const char*> rules) {
  Status status = Status::ok;
  for (const Alert& alert : alerts) {
    if (alert.state == "resolved") continue;
    if (std::find(rules.begin(), rules.end(), alert.rule) == rules.end()) continue;
    if (alert.severity == "critical") return Status::critical;
    status = Status::warning;
  }
  return status;
}

std::string_view to_string(Status status) noexcept {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::warning:
      return "warning";
    case Status::critical:
      return "critical";
    case Status::unknown:
      return "unknown";
  }
  return "";
}

ModelHealth assess(const ObservationStore& store, const WatchedVersion& version,
                   const Policy& policy, const HealthQuery& query) {
  const Watch watch(version, policy.monitoring);
  StoredWatch stored = load_watch_state(store, version.version);
  WatchState state =
      stored.state && watch.continues(*stored.state) ? *stored.state : watch.initial();
  const Minutes minutes = minutes_of(query);
  const Timestamp since{std::min({minutes.first * kMicrosPerMinute,
                                  query.now.micros - policy.monitoring.window_micros,
                                  (state.next_hour - kHistoryHours) * kMicrosPerHour})};
  const VersionHours hours = collect_hours(store, version.version, layout_of(version), since);
  const std::vector<AlarmEvent> events = watch.advance(state, hours, query.now);

  ModelHealth health{.model = version.model, .version = version.version};
  health.task = version.schema.task;
  health.generated_at = query.now;
  health.watch_state = encode(state);
  health.watch_revision = stored.revision;
  // An alert that comes back within a day is the old one, however short the range is.
  const std::int64_t shown_since = query.now.micros - query.range_micros;
  const std::int64_t needed_since = std::min(shown_since, query.now.micros - kMicrosPerDay);
  health.alerts = alerts_after(stored_alerts(store, {needed_since}), version, watch, events);
  std::erase_if(health.alerts, [shown_since](const Alert& alert) {
    return !is_open(alert) && alert.changed_at.micros < shown_since;
  });
  const Assessment a{version, policy, query, watch, hours, minutes};
  set_volume(a, health);
  set_performance(a, health);
  const TrafficSketch traffic =
      traffic_to_compare(hours, layout_of(version), minutes.first / 60,
                         (query.now.micros - policy.monitoring.window_micros) / kMicrosPerHour);
  set_drift(a, traffic, health);
  set_quality(a, traffic, health);
  set_status(health);
  return health;
}

}  // namespace mlops::observe
