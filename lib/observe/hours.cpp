#include "observe/hours.hpp"

#include <set>

#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

void collect_labels(const ObservationStore& store, const WatchedVersion& version,
                    const SketchLayout& layout, VersionHours& hours) {
  for (const LabelledPrediction& row : store.labelled({}, version.version)) {
    const auto loss = row_loss(layout, version.schema.classes, row.outputs, row.label, row.actual);
    if (!loss) continue;
    hours.outcomes[hour_of(row.time)].by_minute[minute_of(row.time)].add(loss->loss);
    auto& arrivals = hours.arrivals.try_emplace(hour_of(row.labelled_at), layout).first->second;
    arrivals.first = std::min(arrivals.first, row.labelled_at);
    ++arrivals.losses[loss->estimate_bin * layout.n_loss_bins + loss->loss_bin];
  }
}

void collect_errors(const ObservationStore& store, std::uint32_t version, std::int64_t first_hour,
                    VersionHours& hours) {
  SqliteDatabase* database = StoreAccess::database_or_null(store);
  if (database == nullptr) return;
  SqliteStatement rows =
      database->prepare("SELECT hour, n FROM request_error WHERE version = ?1 AND hour >= ?2");
  rows.bind(1, static_cast<std::int64_t>(version)).bind(2, first_hour);
  while (rows.step()) hours.errors[rows.integer(0)] = static_cast<std::uint64_t>(rows.integer(1));
}

template <typename Map>
const typename Map::mapped_type* find_or_null(const Map& map, std::int64_t hour) {
  const auto found = map.find(hour);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

HourRecord VersionHours::record(std::int64_t hour) const {
  const std::uint64_t* n_errors = find_or_null(errors, hour);
  return {hour, find_or_null(traffic, hour), find_or_null(arrivals, hour),
          n_errors == nullptr ? 0 : *n_errors};
}

std::vector<std::int64_t> VersionHours::hours(std::int64_t first, std::int64_t last) const {
  std::set<std::int64_t> found;
  const auto take = [&](const auto& map) {
    for (auto it = map.lower_bound(first); it != map.end() && it->first < last; ++it)
      found.insert(it->first);
  };
  take(traffic);
  take(arrivals);
  take(errors);
  return {found.begin(), found.end()};
}

void VersionHours::histogram(const Quantity& quantity, std::size_t /*index*/, std::int64_t hour,
                             std::vector<std::uint64_t>& counts) const {
  histogram_of(quantity, record(hour), counts);
}

Timestamp VersionHours::first_row(const Quantity& quantity, std::int64_t hour) const {
  return first_row_of(quantity, record(hour));
}

std::array<std::uint64_t, kMinutesPerHour> VersionHours::rows_by_minute(std::int64_t hour) const {
  const TrafficSketch* sketch = find_or_null(traffic, hour);
  return sketch == nullptr ? std::array<std::uint64_t, kMinutesPerHour>{} : sketch->rows_by_minute;
}

VersionHours collect_hours(const ObservationStore& store, const WatchedVersion& version,
                           const SketchLayout& layout, Timestamp since) {
  VersionHours hours;
  const std::int64_t first_hour = hour_of(since);
  store.for_each_block(
      {first_hour * kMicrosPerHour}, version.version, [&](const PredictionBlock& block) {
        hours.traffic.try_emplace(hour_of(block.time), layout).first->second.add(layout, block);
      });
  collect_labels(store, version, layout, hours);
  collect_errors(store, version.version, first_hour, hours);
  return hours;
}

TrafficSketch traffic_to_compare(const VersionHours& hours, const SketchLayout& layout,
                                 std::int64_t first_hour, std::int64_t earliest_hour) {
  TrafficSketch sum(layout);
  for (auto it = hours.traffic.rbegin(); it != hours.traffic.rend(); ++it) {
    const bool wanted =
        it->first >= first_hour || (sum.n_rows < kShownRows && it->first >= earliest_hour);
    if (!wanted) break;
    sum.add(it->second);
  }
  return sum;
}

}  // namespace mlops::observe
