#include "observe/hours.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "observe/outcome_keeper.hpp"
#include "observe/sketch_table.hpp"
#include "observe/store_state.hpp"
#include "observe/traffic_counter.hpp"

namespace mlops::observe {
namespace {

/// One view of the store for several statements.
class ReadSnapshot {
 public:
  explicit ReadSnapshot(SqliteDatabase& database) : database_(&database) {
    database_->execute("BEGIN");
  }
  ~ReadSnapshot() {
    try {
      database_->execute("COMMIT");
    } catch (const Error&) {
      // Nothing was written: a file that cannot be read to the end is told by who reads it.
    }
  }
  ReadSnapshot(const ReadSnapshot&) = delete;
  ReadSnapshot& operator=(const ReadSnapshot&) = delete;

 private:
  SqliteDatabase* database_;
};

template <typename Sketch>
void load_stored(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout,
                 std::int64_t first_hour, std::map<std::int64_t, Sketch>& sketches) {
  const Sketch empty(layout);
  for_each_sketch(database, version, kind_of(&empty), first_hour,
                  [&](std::int64_t hour, std::span<const std::byte> bytes) {
                    decode(bytes, sketches.emplace_hint(sketches.end(), hour, empty)->second);
                  });
}

/// Records of the hours from the first one on that are not in the stored sketches.
void count_traffic(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout,
                   std::int64_t first_id, std::int64_t first_hour, VersionHours& hours) {
  TrafficCounter counter;
  for_each_record(database, {{version, first_id}}, INT64_MAX, [&](const LoggedRows& logged) {
    if (hour_of(logged.rows.time) >= first_hour) counter.add(layout, version, logged.rows);
  });
  for (const auto& [key, sketch] : counter.take())
    hours.traffic.try_emplace(key.second, layout).first->second.add(sketch);
}

/// The same of truths.
void count_labelled(SqliteDatabase& database, std::uint32_t version, const SketchLayout& layout,
                    std::int64_t first_id, std::int64_t first_hour, VersionHours& hours) {
  const auto add = [&](const LabelledRow& row) {
    const std::int64_t predicted = hour_of(row.predicted);
    if (predicted >= first_hour)
      hours.outcomes.try_emplace(predicted, layout).first->second.add(layout, row);
    const std::int64_t came = hour_of(row.came);
    if (came >= first_hour) hours.arrivals.try_emplace(came, layout).first->second.add(layout, row);
  };
  for_each_labelled(database, version, layout, first_id, INT64_MAX, add);
}

void collect_errors(SqliteDatabase& database, std::uint32_t version, std::int64_t first_hour,
                    VersionHours& hours) {
  SqliteStatement rows =
      database.prepare("SELECT hour, n FROM request_error WHERE version = ?1 AND hour >= ?2");
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

VersionHours collect_hours(const ObservationStore& store, std::uint32_t version,
                           const SketchLayout& layout, Timestamp since) {
  VersionHours hours;
  SqliteDatabase* database = StoreAccess::database_or_null(store);
  if (database == nullptr) return hours;
  const std::int64_t first_hour = hour_of(since);
  const ReadSnapshot snapshot(*database);
  const ProgressByVersion all = load_progress(*database);
  const auto found = all.find(version);
  const bool is_counted =
      found != all.end() && found->second.layout && found->second.layout_bytes == encode(layout);
  // A store of format 1 does not say which versions it holds.
  std::int64_t first_id = all.empty() ? 0 : INT64_MAX;
  if (found != all.end()) first_id = found->second.first_id;
  std::int64_t first_label = 0;
  std::int64_t first_open_hour = first_hour;
  if (is_counted) {
    load_stored(*database, version, layout, first_hour, hours.traffic);
    load_stored(*database, version, layout, first_hour, hours.outcomes);
    load_stored(*database, version, layout, first_hour, hours.arrivals);
    first_id = std::max(first_id, found->second.counted_to);
    first_label = found->second.labels_counted_to;
    first_open_hour = std::max(first_hour, found->second.pruned_to);
  }
  count_traffic(*database, version, layout, first_id, first_open_hour, hours);
  count_labelled(*database, version, layout, first_label, first_open_hour, hours);
  collect_errors(*database, version, first_hour, hours);
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
