// Counting by column without branches is counting cell by cell.
#include "observe/traffic_counter.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<double> kEdges = {-kInfinity, -3, -1e-300, -0.0, 1e-300, 0.5, 0.75, 1e9};

SketchLayout layout() {
  SketchLayout layout;
  layout.task = data::Task::binary;
  layout.classes = {"no", "yes"};
  layout.features = {ColumnBins(false, kEdges, kEdges.size() + 1), ColumnBins(true, {}, 3)};
  layout.prediction = ColumnBins(false, {0.25, 0.5, 0.75}, 4);
  layout.n_estimate_bins = kExpectedLossBins;
  layout.n_loss_bins = 2;
  return layout;
}

/// Rows and what is borrowed of them.
struct Rows {
  std::vector<double> cells;
  std::vector<double> outputs;
  std::vector<std::uint32_t> labels;

  void add(double number, double category, double p) {
    cells.insert(cells.end(), {number, category});
    outputs.insert(outputs.end(), {1 - p, p});
    labels.push_back(p >= 0.5 ? 1 : 0);
  }
  [[nodiscard]] TrafficRows request(Timestamp time, std::size_t first, std::size_t n) const {
    return {.time = time,
            .latency_us = 100,
            .n_rows = n,
            .n_features = 2,
            .n_outputs = 2,
            .cells = std::span(cells).subspan(first * 2, n * 2),
            .outputs = std::span(outputs).subspan(first * 2, n * 2),
            .labels = std::span(labels).subspan(first, n)};
  }
};

Rows draw(std::size_t n) {
  Random random(3);
  Rows rows;
  for (std::size_t row = 0; row < n; ++row) {
    const bool is_missing = random.below(9) == 0;
    rows.add(is_missing ? std::nan("") : 4 * random.uniform() - 2,
             random.below(7) == 0 ? data::kUnseenCategory : static_cast<double>(random.below(4)),
             random.uniform());
  }
  return rows;
}

}  // namespace

TEST_SUITE("observe/traffic_counter") {
  TEST_CASE("a cell's bin is the one between its edges, at every edge and beside it") {
    std::vector<double> cells = {0.0, -0.0, kInfinity, -kInfinity, 1e308, -1e308, 5e-324};
    for (const double edge : kEdges)
      for (const double towards : {-kInfinity, kInfinity})
        cells.insert(cells.end(), {edge, std::nextafter(edge, towards)});
    const SketchLayout bins = layout();
    for (const double cell : cells) {
      CAPTURE(cell);
      Rows rows;
      rows.add(cell, 0, 0.3);
      TrafficSketch sketch(bins);
      sketch.add(bins, rows.request({0}, 0, 1));
      std::size_t expected = 0;
      for (const double edge : kEdges) expected += edge < cell ? 1 : 0;
      CHECK(bins.features[0].bin_of(cell) == expected);
      for (std::size_t bin = 0; bin < sketch.features[0].bins.size(); ++bin)
        CHECK(sketch.features[0].bins[bin] == (bin == expected ? 1 : 0));
      CHECK(sketch.features[0].n_missing == 0);
    }
  }

  TEST_CASE("requests of every size give what their rows give one by one") {
    const SketchLayout bins = layout();
    constexpr std::size_t kRows = 2000;
    const Rows rows = draw(kRows);
    TrafficCounter counter;
    SketchByHour expected;
    Random random(8);
    for (std::size_t first = 0; first < kRows;) {
      const std::size_t n =
          std::min<std::size_t>(1 + random.below(random.below(5) == 0 ? 300 : 9), kRows - first);
      const std::uint32_t version = 1 + static_cast<std::uint32_t>(random.below(10) == 0);
      const Timestamp time{static_cast<std::int64_t>(first) * 20 * kMicrosPerSecond};
      const TrafficRows request = rows.request(time, first, n);
      counter.add(bins, version, request);
      expected.try_emplace({version, hour_of(time)}, bins).first->second.add(bins, request);
      first += n;
    }
    const SketchByHour counted = counter.take();
    REQUIRE(counted.size() == expected.size());
    CHECK(counted.size() > 10);
    for (const auto& [key, sketch] : expected) {
      CAPTURE(key.second);
      const TrafficSketch& other = counted.at(key);
      CHECK(other.n_rows == sketch.n_rows);
      CHECK(other.n_requests == sketch.n_requests);
      CHECK(other.rows_by_minute == sketch.rows_by_minute);
      CHECK(other.estimates == sketch.estimates);
      CHECK(other.prediction.bins == sketch.prediction.bins);
      for (std::size_t f = 0; f < 2; ++f) {
        CHECK(other.features[f].bins == sketch.features[f].bins);
        CHECK(other.features[f].n_missing == sketch.features[f].n_missing);
        CHECK(other.features[f].n_unseen == sketch.features[f].n_unseen);
        CHECK(other.features[f].sum == doctest::Approx(sketch.features[f].sum));
      }
    }
    CHECK(counter.take().empty());
  }

  TEST_CASE("outputs of another task are refused, together or alone") {
    const SketchLayout bins = layout();
    Rows rows = draw(200);
    rows.labels[3] = 7;
    for (const std::size_t n : {std::size_t{10}, std::size_t{200}}) {
      TrafficCounter counter;
      try {
        counter.add(bins, 1, rows.request({0}, 0, n));
        static_cast<void>(counter.take());
        FAIL("counted");
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::corrupt);
      }
    }
  }
}
