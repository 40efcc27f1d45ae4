#include "observe/timeline.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "observe/drift.hpp"
#include "observe/hours.hpp"
#include "observe/quantity.hpp"
#include "observe/words.hpp"

namespace mlops::observe {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
/// Stretches at most; more do not fit beside each other.
constexpr std::int64_t kMaxStretches = 31;
constexpr std::array<std::int64_t, 9> kStepHours = {1, 2, 3, 6, 12, 24, 48, 168, 672};

/// Hours since the epoch: [first, last), in stretches of `step`.
struct Stretches {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t step = 1;

  [[nodiscard]] std::size_t n() const {
    return static_cast<std::size_t>((last - first + step - 1) / step);
  }
  [[nodiscard]] bool holds(std::int64_t hour) const { return hour >= first && hour < last; }
  [[nodiscard]] std::size_t of(std::int64_t hour) const {
    return static_cast<std::size_t>((hour - first) / step);
  }
};

Stretches stretches_of(const HealthQuery& query) {
  Stretches s;
  s.last = hour_of(query.now) + 1;
  s.first = hour_of({query.now.micros - query.range_micros + 1});
  const std::int64_t n = s.last - s.first;
  s.step = *std::find_if(kStepHours.begin(), kStepHours.end() - 1,
                         [n](std::int64_t step) { return n <= step * kMaxStretches; });
  s.first -= s.first % s.step;
  return s;
}

std::vector<double> shares_of(Counts counts) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), 0ull));
  std::vector<double> shares(counts.size(), 0.0);
  if (total == 0) return shares;
  for (std::size_t i = 0; i < counts.size(); ++i)
    shares[i] = static_cast<double>(counts[i]) / total;
  return shares;
}

void add_stretch(const data::ColumnProfile& profile, const ColumnCounts& counts,
                 ColumnTimeline& column) {
  const auto n = std::accumulate(counts.bins.begin(), counts.bins.end(), std::uint64_t{0});
  const bool known = n > 0 && profile.n_present > 0 && counts.bins.size() == profile.counts.size();
  column.n.push_back(n);
  column.psi.push_back(known ? population_stability_index(smoothed_shares(profile.counts),
                                                          smoothed_shares(counts.bins))
                             : kNan);
  column.noise_floor.push_back(known ? psi_noise_floor(static_cast<double>(profile.n_present),
                                                       static_cast<double>(n), counts.bins.size())
                                     : kNan);
}

/// A probability's bin in percent: "12 % to 18 %".
std::string probability_label(const data::ColumnProfile& profile, std::size_t bin) {
  if (profile.edges.empty()) return "all answers";
  if (bin == 0) return "up to " + percent(profile.edges.front());
  if (bin >= profile.edges.size()) return "above " + percent(profile.edges.back());
  return percent(profile.edges[bin - 1]) + " to " + percent(profile.edges[bin]);
}

ColumnTimeline column_of(const data::ColumnProfile& profile, const ColumnCounts& now) {
  ColumnTimeline column{.feature = profile.name, .kind = profile.kind};
  column.importance = profile.importance;
  for (std::size_t bin = 0; bin < profile.n_bins(); ++bin)
    column.bins.push_back(bin_label(profile, bin));
  column.reference = shares_of(profile.counts);
  column.now = shares_of(now.bins);
  column.now.resize(column.reference.size());
  return column;
}

Json numbers(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values) json.push_back(json_number(value));
  return json;
}

Json column_json(const ColumnTimeline& column) {
  return {{"feature", column.feature},
          {"kind", data::to_string(column.kind)},
          {"importance", json_number(column.importance)},
          {"n", column.n},
          {"psi", numbers(column.psi)},
          {"noise_floor", numbers(column.noise_floor)},
          {"bins", column.bins},
          {"reference", numbers(column.reference)},
          {"now", numbers(column.now)}};
}

}  // namespace

Timeline timeline_of(const ObservationStore& store, const WatchedVersion& version,
                     const Policy& policy, const HealthQuery& query) {
  const Stretches stretches = stretches_of(query);
  const std::int64_t earliest = hour_of({query.now.micros - policy.monitoring.window_micros});
  const SketchLayout layout = layout_of(version);
  const VersionHours hours = collect_hours(store, version.version, layout,
                                           {std::min(stretches.first, earliest) * kMicrosPerHour});

  const std::size_t n = stretches.n();
  Timeline timeline{.model = version.model, .version = version.version};
  timeline.step_seconds = stretches.step * 3600;
  timeline.errors.assign(n, 0);
  std::vector<TrafficSketch> sums(n, TrafficSketch(layout));
  for (const auto& [hour, traffic] : hours.traffic)
    if (stretches.holds(hour)) sums[stretches.of(hour)].add(traffic);
  for (const auto& [hour, n_errors] : hours.errors)
    if (stretches.holds(hour)) timeline.errors[stretches.of(hour)] += n_errors;

  const std::int64_t first_hour = hour_of({query.now.micros - query.range_micros});
  const TrafficSketch shown = traffic_to_compare(hours, layout, first_hour, earliest);
  const auto& features = version.profile.features;
  for (std::size_t f = 0; f < features.size(); ++f)
    timeline.features.push_back(column_of(features[f], shown.features[f]));
  timeline.prediction = column_of(version.profile.prediction, shown.prediction);
  timeline.prediction.feature = "prediction";
  if (version.schema.task == data::Task::binary) {
    for (std::size_t bin = 0; bin < timeline.prediction.bins.size(); ++bin)
      timeline.prediction.bins[bin] = probability_label(version.profile.prediction, bin);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t hour = stretches.first + static_cast<std::int64_t>(i) * stretches.step;
    timeline.t.push_back({hour * kMicrosPerHour});
    timeline.n.push_back(sums[i].n_rows);
    timeline.p50_ms.push_back(sums[i].latency.quantile_us(0.50) / 1000);
    timeline.p99_ms.push_back(sums[i].latency.quantile_us(0.99) / 1000);
    for (std::size_t f = 0; f < features.size(); ++f)
      add_stretch(features[f], sums[i].features[f], timeline.features[f]);
    add_stretch(version.profile.prediction, sums[i].prediction, timeline.prediction);
  }
  return timeline;
}

Json to_json(const Timeline& timeline) {
  Json times = Json::array();
  for (const Timestamp t : timeline.t) times.push_back(to_rfc3339(t));
  Json features = Json::array();
  for (const ColumnTimeline& column : timeline.features) features.push_back(column_json(column));
  return {{"model", timeline.model},
          {"version", timeline.version},
          {"step_seconds", timeline.step_seconds},
          {"t", std::move(times)},
          {"n", timeline.n},
          {"errors", timeline.errors},
          {"p50_ms", numbers(timeline.p50_ms)},
          {"p99_ms", numbers(timeline.p99_ms)},
          {"features", std::move(features)},
          {"prediction", column_json(timeline.prediction)}};
}

}  // namespace mlops::observe
