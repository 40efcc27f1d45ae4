// Compares what a store's sketches say with a count of its log.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "observe/hours.hpp"
#include "unit/observe/synthetic_version.hpp"

namespace mlops::test {

using namespace mlops::observe;

inline void check_sum(double value, double expected) {
  CHECK(std::abs(value - expected) <= 1e-9 * (1 + std::abs(expected)));
}

inline void check_column(const ColumnCounts& a, const ColumnCounts& b) {
  CHECK(a.bins == b.bins);
  CHECK(a.n_missing == b.n_missing);
  CHECK(a.n_unseen == b.n_unseen);
  CHECK(a.n_out_of_range == b.n_out_of_range);
  CHECK(a.n_not_a_number == b.n_not_a_number);
  check_sum(a.sum, b.sum);
}

inline void check_same(const TrafficSketch& a, const TrafficSketch& b) {
  CHECK(a.first == b.first);
  CHECK(a.n_rows == b.n_rows);
  CHECK(a.n_requests == b.n_requests);
  CHECK(a.rows_by_minute == b.rows_by_minute);
  CHECK(a.estimates == b.estimates);
  check_sum(a.expected_loss, b.expected_loss);
  check_sum(a.expected_variance, b.expected_variance);
  for (const double p : {0.01, 0.5, 0.99})
    CHECK(a.latency.quantile_us(p) == b.latency.quantile_us(p));
  for (std::size_t f = 0; f < a.features.size(); ++f) check_column(a.features[f], b.features[f]);
  check_column(a.prediction, b.prediction);
}

inline void check_same(const Outcome& a, const Outcome& b) {
  CHECK(a.n == b.n);
  check_sum(a.loss, b.loss);
  check_sum(a.loss_squared, b.loss_squared);
}

inline void check_same(const OutcomeSketch& a, const OutcomeSketch& b) {
  CHECK(a.losses == b.losses);
  for (std::size_t i = 0; i < a.by_minute.size(); ++i) check_same(a.by_minute[i], b.by_minute[i]);
  REQUIRE(a.segments.size() == b.segments.size());
  for (std::size_t f = 0; f < a.segments.size(); ++f)
    for (std::size_t bin = 0; bin < a.segments[f].size(); ++bin)
      check_same(a.segments[f][bin], b.segments[f][bin]);
}

inline void check_same(const ArrivalSketch& a, const ArrivalSketch& b) {
  CHECK(a.losses == b.losses);
}

inline bool is_empty(const OutcomeSketch& sketch) {
  return std::all_of(sketch.losses.begin(), sketch.losses.end(), [](auto n) { return n == 0; });
}
inline bool is_empty(const ArrivalSketch& sketch) {
  return std::all_of(sketch.losses.begin(), sketch.losses.end(), [](auto n) { return n == 0; });
}
inline bool is_empty(const TrafficSketch& sketch) {
  return sketch.n_rows == 0;
}

template <typename Sketch>
void check_same(std::map<std::int64_t, Sketch> a, std::map<std::int64_t, Sketch> b) {
  std::erase_if(a, [](const auto& entry) { return is_empty(entry.second); });
  std::erase_if(b, [](const auto& entry) { return is_empty(entry.second); });
  REQUIRE(a.size() == b.size());
  for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y) {
    REQUIRE(x->first == y->first);
    check_same(x->second, y->second);
  }
}

/// What the store gives, and what its log gives when it is counted without the stored sketches.
struct Both {
  VersionHours stored;
  VersionHours counted;
};

inline Both both_of(const std::filesystem::path& path, const SketchLayout& layout,
                    std::uint32_t version) {
  const ObservationStore store(path, SqliteOpen::read_only, LogSync::off);
  SketchLayout other = layout;
  other.loss_scale *= 2;  // nobody stored sketches of this layout; classes do not use the scale
  return {collect_hours(store, version, layout, {}), collect_hours(store, version, other, {})};
}

inline void check_store(const std::filesystem::path& path, const SketchLayout& layout) {
  for (const std::uint32_t version : {1u, 2u}) {
    CAPTURE(version);
    const Both both = both_of(path, layout, version);
    check_same(both.stored.traffic, both.counted.traffic);
    check_same(both.stored.outcomes, both.counted.outcomes);
    check_same(both.stored.arrivals, both.counted.arrivals);
  }
}

inline std::int64_t count_of(const std::filesystem::path& path, const char* sql) {
  SqliteDatabase database(path, SqliteOpen::read_only);
  SqliteStatement rows = database.prepare(sql);
  return rows.step() ? rows.integer(0) : -1;
}

}  // namespace mlops::test
