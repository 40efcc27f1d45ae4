// Performance in the report: realized by time and as a whole, estimated, combined, by segment.
#include <algorithm>
#include <limits>

#include "observe/assessment.hpp"
#include "observe/performance.hpp"
#include "observe/segments.hpp"
#include "observe/watched_version.hpp"

namespace mlops::observe {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

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

/// Sketches of the range's hours.
template <typename Sketch>
Sketch sum_of(const Assessment& a, const std::map<std::int64_t, Sketch>& hours) {
  Sketch sum(layout_of(a.version));
  for (auto it = hours.lower_bound(a.minutes.first / 60); it != hours.end(); ++it)
    sum.add(it->second);
  return sum;
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

}  // namespace

void set_performance(const Assessment& a, ModelHealth& health) {
  PerformanceHealth& performance = health.performance;
  performance.metric = watched_metric(a.version.schema.task);
  performance.higher_is_better = data::higher_is_better(performance.metric);
  performance.threshold = performance_threshold(a.version, a.policy.monitoring);
  performance.reference = a.version.reference.value;
  Outcome sum;
  performance.series = performance_series(a, sum);
  performance.realized = realized_performance(a.version.schema.task, sum);
  const TrafficSketch traffic = sum_of(a, a.hours.traffic);
  const OutcomeSketch outcomes = sum_of(a, a.hours.outcomes);
  performance.estimated = estimated_performance(a.version, traffic);
  performance.combined = combined_performance(a.version, traffic, outcomes);
  performance.worst_segment = worst_segment(a.version, outcomes);
  performance.label_coverage =
      health.n_total == 0 ? 0 : static_cast<double>(sum.n) / static_cast<double>(health.n_total);
  performance.status =
      alarm_status(health.alerts, {"performance", "estimated_performance", "calibration"});
  const bool enough_labels = n_recent_labels(a) >= a.policy.monitoring.min_labels;
  const bool can_estimate = performance.estimated && a.version.losses &&
                            performance.estimated->n >= a.policy.monitoring.min_predictions;
  if (performance.status == Status::ok && !enough_labels && !can_estimate)
    performance.status = Status::unknown;
}

}  // namespace mlops::observe
