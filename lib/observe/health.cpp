#include "observe/health.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "observe/alert_table.hpp"
#include "observe/drift.hpp"
#include "observe/hours.hpp"
#include "observe/performance.hpp"
#include "observe/watched_version.hpp"
#include "observe/words.hpp"

namespace mlops::observe {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
/// Points of a series at most.
constexpr std::int64_t kMaxPoints = 60;
/// Predictions a minute are those of the last minutes.
constexpr std::int64_t kRateMinutes = 10;

/// The range in whole minutes since the epoch: [first, last).
struct Minutes {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t step = 1;

  [[nodiscard]] std::int64_t n_points() const { return (last - first + step - 1) / step; }
  [[nodiscard]] bool holds(std::int64_t minute) const { return minute >= first && minute < last; }
};

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

/// What one assessment is made of.
struct Assessment {
  const WatchedVersion& version;
  const Policy& policy;
  const HealthQuery& query;
  const Watch& watch;
  const VersionHours& hours;
  const WatchState& state;
  Minutes minutes;
};

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

/// Traffic of the range's hours, at least.
TrafficSketch traffic_since(const Assessment& a, std::int64_t first_hour) {
  TrafficSketch sum(layout_of(a.version));
  for (const auto& [hour, traffic] : a.hours.traffic)
    if (hour >= first_hour) sum.add(traffic);
  return sum;
}

std::vector<SeriesPoint> performance_series(const Assessment& a, Outcome& sum) {
  std::vector<Outcome> outcomes(static_cast<std::size_t>(a.minutes.n_points()));
  for (const auto& [hour, sketch] : a.hours.outcomes) {
    for (std::size_t i = 0; i < kMinutesPerHour; ++i) {
      const std::int64_t minute = hour * 60 + static_cast<std::int64_t>(i);
      if (sketch.by_minute[i].n == 0 || !a.minutes.holds(minute)) continue;
      outcomes[static_cast<std::size_t>((minute - a.minutes.first) / a.minutes.step)].add(
          sketch.by_minute[i]);
      sum.add(sketch.by_minute[i]);
    }
  }
  std::vector<SeriesPoint> series;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const std::int64_t minute = a.minutes.first + static_cast<std::int64_t>(i) * a.minutes.step;
    const Estimate e = realized_performance(a.version.schema.task, outcomes[i])
                           .value_or(Estimate{kNan, kNan, kNan, 0});
    series.push_back({{minute * kMicrosPerMinute}, e.n, e.value, e.lower, e.upper});
  }
  return series;
}

/// Open alarms of the quantities from some sources.
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

std::uint64_t n_recent_labels(const Assessment& a) {
  const std::int64_t earliest =
      (a.query.now.micros - a.policy.monitoring.window_micros) / kMicrosPerHour;
  std::uint64_t n = 0;
  for (const auto& [hour, arrivals] : a.hours.arrivals)
    if (hour >= earliest)
      for (const std::uint64_t count : arrivals.losses) n += count;
  return n;
}

PerformanceHealth performance_of(const Assessment& a, const ModelHealth& health) {
  PerformanceHealth performance;
  performance.metric = watched_metric(a.version.schema.task);
  performance.higher_is_better = data::higher_is_better(performance.metric);
  performance.threshold = performance_threshold(a.version, a.policy.monitoring);
  performance.reference = a.version.reference.value;
  Outcome sum;
  performance.series = performance_series(a, sum);
  performance.realized = realized_performance(a.version.schema.task, sum);
  performance.estimated = estimated_performance(a.version, traffic_since(a, a.minutes.first / 60));
  performance.label_coverage =
      health.n_total == 0 ? 0 : static_cast<double>(sum.n) / static_cast<double>(health.n_total);
  performance.status =
      alarm_status(health.alerts, {"performance", "estimated_performance", "calibration"});
  const bool enough_labels = n_recent_labels(a) >= a.policy.monitoring.min_labels;
  const bool can_estimate = performance.estimated && a.version.losses &&
                            performance.estimated->n >= a.policy.monitoring.min_predictions;
  if (performance.status == Status::ok && !enough_labels && !can_estimate)
    performance.status = Status::unknown;
  return performance;
}

/// Where a bin's mass is put for the Wasserstein distance: the middle, outer bins at the extremes
/// of the reference.
std::vector<double> bin_positions(const data::ColumnProfile& profile) {
  std::vector<double> positions;
  double lower = profile.minimum;
  for (const double edge : profile.edges) {
    positions.push_back(0.5 * (lower + edge));
    lower = edge;
  }
  positions.push_back(0.5 * (lower + std::max(lower, profile.maximum)));
  return positions;
}

DriftHealth drift_of(const data::ColumnProfile& profile, const ColumnCounts& counts,
                     std::uint64_t min_rows) {
  DriftHealth drift{.feature = profile.name, .kind = profile.kind};
  drift.importance = profile.importance;
  for (const std::uint64_t count : counts.bins) drift.n += count;
  drift.ks = drift.chi2 = drift.wasserstein = kNan;
  drift.psi = drift.js = drift.noise_floor = kNan;
  if (drift.n == 0 || profile.n_present == 0 || counts.bins.size() != profile.counts.size())
    return drift;
  const std::vector<double> reference = smoothed_shares(profile.counts);
  const std::vector<double> current = smoothed_shares(counts.bins);
  drift.psi = population_stability_index(reference, current);
  drift.js = jensen_shannon_distance(reference, current);
  drift.noise_floor = psi_noise_floor(static_cast<double>(profile.n_present),
                                      static_cast<double>(drift.n), reference.size());
  const bool category =
      profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean;
  if (category) {
    drift.chi2 = chi_square(profile.counts, counts.bins).statistic;
  } else {
    drift.ks = kolmogorov_smirnov(profile.counts, counts.bins);
    if (profile.standard_deviation > 0) {
      const double shift = std::abs(counts.sum / static_cast<double>(drift.n) - profile.mean);
      // The means' distance is a lower bound that the bins miss beyond the reference's range.
      drift.wasserstein =
          std::max(wasserstein(profile.counts, counts.bins, bin_positions(profile)), shift) /
          profile.standard_deviation;
    }
  }
  drift.change = change_in_words(profile, counts.bins);
  drift.status = drift.n >= min_rows && profile.kind != data::ColumnKind::datetime
                     ? Status::ok
                     : Status::unknown;
  return drift;
}

bool is_open(const Alert& alert) {
  return alert.state != "resolved";
}

void set_drift(const Assessment& a, const TrafficSketch& traffic, ModelHealth& health) {
  const std::uint64_t min_rows = a.policy.monitoring.min_predictions;
  const auto& features = a.version.profile.features;
  for (std::size_t i = 0; i < features.size(); ++i)
    health.drift.push_back(drift_of(features[i], traffic.features[i], min_rows));
  health.prediction_drift = drift_of(a.version.profile.prediction, traffic.prediction, min_rows);
  health.prediction_drift->feature = "prediction";
  for (const Alert& alert : health.alerts) {
    if (!is_open(alert)) continue;
    if (alert.rule == "prediction_drift") health.prediction_drift->status = Status::warning;
    for (DriftHealth& drift : health.drift)
      if (alert.rule == "drift" && alert.subject == drift.feature) drift.status = Status::warning;
  }
  const double even = 1 / static_cast<double>(std::max<std::size_t>(features.size(), 1));
  const auto weight = [even](const DriftHealth& drift) {
    const double importance = drift.importance > 0 ? drift.importance : 0.01 * even;
    const double excess = drift.psi - drift.noise_floor;
    return std::isnan(excess) ? -1.0 : std::max(excess, 1e-6 * drift.psi) * importance;
  };
  std::stable_sort(health.drift.begin(), health.drift.end(),
                   [&](const DriftHealth& x, const DriftHealth& y) {
                     const bool x_open = x.status == Status::warning;
                     const bool y_open = y.status == Status::warning;
                     return x_open != y_open ? x_open : weight(x) > weight(y);
                   });
  bool any_known = health.prediction_drift->status == Status::ok;
  for (const DriftHealth& drift : health.drift) any_known = any_known || drift.status == Status::ok;
  health.drift_status = alarm_status(health.alerts, {"drift", "prediction_drift"});
  if (health.drift_status == Status::ok && !any_known) health.drift_status = Status::unknown;
}

void set_quality(const Assessment& a, const TrafficSketch& traffic, ModelHealth& health) {
  std::vector<std::uint64_t> counts;
  const HourRecord record{0, &traffic, nullptr, 0};
  for (const Quantity& quantity : a.watch.quantities()) {
    if (!is_about_quality(quantity.source)) continue;
    histogram_of(quantity, record, counts);
    QualityHealth quality{.feature = quantity.subject, .kind = quantity.rule};
    quality.reference_share = quantity.streams.front().reference;
    quality.n = traffic.n_rows;
    quality.share =
        quality.n == 0 ? kNan : static_cast<double>(counts[1]) / static_cast<double>(quality.n);
    quality.status =
        quality.n >= a.policy.monitoring.min_predictions ? Status::ok : Status::unknown;
    for (const Alert& alert : health.alerts)
      if (is_open(alert) && alert.rule == quantity.rule && alert.subject == quantity.subject)
        quality.status = Status::warning;
    if (quality.share > 0 || quality.reference_share > 0 || quality.status == Status::warning)
      health.quality.push_back(std::move(quality));
  }
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
  const VersionHours hours = collect_hours(store, version, layout_of(version), since);
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
  const Assessment a{version, policy, query, watch, hours, state, minutes};
  set_volume(a, health);
  health.performance = performance_of(a, health);
  const TrafficSketch traffic =
      traffic_to_compare(hours, layout_of(version), minutes.first / 60,
                         (query.now.micros - policy.monitoring.window_micros) / kMicrosPerHour);
  set_drift(a, traffic, health);
  set_quality(a, traffic, health);
  set_status(health);
  return health;
}

}  // namespace mlops::observe
