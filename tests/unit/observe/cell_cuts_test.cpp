// Counting many cells against all cuts at a time is comparing each cell with each cut.
#include "observe/cell_cuts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "observe/sketch.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kTiny = 5e-324;  // the smallest subnormal number

const std::vector<double> kNasty = {0.0,    -0.0,   kTiny,     -kTiny, 2.2250738585072014e-308,
                                    1e-310, -1e300, kInfinity, kNan,   -kInfinity,
                                    1.0,    -1.0,   0.1,       1e308,  -2.5e-309};

/// Ascending, from the nasty ones and from random ones.
std::vector<double> draw_cuts(Random& random, std::size_t n) {
  std::vector<double> cuts;
  while (cuts.size() < n) {
    const double cut =
        random.below(3) == 0 ? kNasty[random.below(kNasty.size())] : 2 * random.uniform() - 1;
    const auto is_cut = [&](double other) { return other == cut; };
    if (!std::isnan(cut) && std::none_of(cuts.begin(), cuts.end(), is_cut)) cuts.push_back(cut);
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

double draw_cell(Random& random, const std::vector<double>& cuts) {
  const std::uint64_t kind = random.below(10);
  if (kind < 2) return kNasty[random.below(kNasty.size())];
  if (kind < 4 && !cuts.empty()) {
    const double cut = cuts[random.below(cuts.size())];
    const double towards = kind == 2 ? kInfinity : -kInfinity;
    return random.below(2) == 0 ? cut : std::nextafter(cut, towards);
  }
  return 2 * random.uniform() - 1;
}

struct Column {
  std::vector<double> cells;  ///< of all columns, row by row
  std::size_t stride = 1;
};

Column draw_column(Random& random, const std::vector<double>& cuts) {
  Column column{.stride = 1 + random.below(5)};
  const std::size_t n = random.below(6) == 0 ? 700 : 1 + random.below(40);
  for (std::size_t i = 0; i < n * column.stride; ++i)
    column.cells.push_back(draw_cell(random, cuts));
  return column;
}

void check_sum(double sum, double expected) {
  if (std::isfinite(expected))
    CHECK(std::abs(sum - expected) <= 1e-12 * (1 + std::abs(expected)));
  else
    CHECK((std::isnan(expected) ? std::isnan(sum) : sum == expected));
}

}  // namespace

TEST_SUITE("observe/cell_cuts") {
  TEST_CASE("whatever the cells, cuts and instructions, each cell is above the cuts below it") {
    Random random(5);
    for (int repetition = 0; repetition < 600; ++repetition) {
      CAPTURE(repetition);
      const std::vector<double> cuts = draw_cuts(random, random.below(CellCuts::kMost + 1));
      const double lowest = random.below(2) == 0 ? -kInfinity : 0.0;
      const Column column = draw_column(random, cuts);
      CutCounts expected;
      double largest = 0;
      for (std::size_t i = 0; i < column.cells.size(); i += column.stride) {
        const double cell = column.cells[i];
        ++expected.n_cells;
        if (std::isnan(cell)) continue;
        ++expected.n_present;
        for (std::size_t cut = 0; cut < cuts.size(); ++cut)
          expected.above[cut] += cuts[cut] < cell ? 1 : 0;
        if (cell >= lowest) expected.sum += cell;
        if (cell >= lowest) largest = std::max(largest, std::abs(cell));
      }
      for (const Instructions instructions : {Instructions::any, best_instructions()}) {
        const CutCounts found =
            CellCuts(cuts, lowest).count(column.cells, column.stride, instructions);
        CHECK(found.n_cells == expected.n_cells);
        CHECK(found.n_present == expected.n_present);
        for (std::size_t cut = 0; cut < cuts.size(); ++cut) {
          CAPTURE(cut);
          CHECK(found.above[cut] == expected.above[cut]);
        }
        if (largest < 1e200) check_sum(found.sum, expected.sum);  // else by order it overflows
      }
    }
  }

  TEST_CASE("no cells, or only missing ones, are above nothing") {
    const CellCuts cuts(std::vector<double>{-kInfinity, 0.0, kInfinity}, -kInfinity);
    CHECK(cuts.count({}, 3).n_cells == 0);
    const std::vector<double> missing(300, kNan);
    const CutCounts found = cuts.count(missing, 1);
    CHECK(found.n_cells == 300);
    CHECK(found.n_present == 0);
    CHECK(found.sum == 0);
    for (const std::int64_t above : found.above) CHECK(above == 0);
  }

  TEST_CASE("a sketch's bins are the same whether a column has cuts or is too wide for them") {
    struct Case {
      const char* name;
      bool is_category;
      std::size_t n_bins;
    };
    constexpr Case kCases[] = {
        {"no edge", false, 1},     {"one edge", false, 2},    {"as trained", false, 22},
        {"most edges", false, 32}, {"many edges", false, 40}, {"one level", true, 1},
        {"levels", true, 7},       {"most levels", true, 32}, {"many levels", true, 50}};
    Random random(6);
    for (const Case& row : kCases) {
      CAPTURE(row.name);
      const std::vector<double> edges =
          row.is_category ? std::vector<double>{} : draw_cuts(random, row.n_bins - 1);
      SketchLayout layout;
      layout.task = data::Task::regression;
      layout.features = {ColumnBins(row.is_category, edges, row.n_bins)};
      layout.prediction = ColumnBins(false, {}, 1);
      layout.n_estimate_bins = 1;
      ColumnCounts expected;
      expected.bins.assign(row.n_bins, 0);
      std::vector<double> cells;
      for (int i = 0; i < 3000; ++i) {
        double cell = draw_cell(random, edges);
        if (row.is_category && random.below(20) == 0)
          cell = kNan;
        else if (row.is_category)
          cell = static_cast<double>(random.below(row.n_bins + 3)) - 1;
        if (std::abs(cell) > 1e200 && !std::isinf(cell)) cell = 3;
        cells.push_back(cell);
        if (std::isnan(cell)) {
          ++expected.n_missing;
        } else if (row.is_category && cell < 0) {
          ++expected.n_unseen;
        } else {
          ++expected.bins[layout.features[0].bin_of(cell)];
          expected.sum += cell;
        }
      }
      TrafficSketch sketch(layout);
      sketch.add(layout, {.n_rows = cells.size(),
                          .n_features = 1,
                          .n_outputs = 1,
                          .cells = cells,
                          .outputs = cells});
      CHECK(sketch.features[0].bins == expected.bins);
      CHECK(sketch.features[0].n_missing == expected.n_missing);
      CHECK(sketch.features[0].n_unseen == expected.n_unseen);
      check_sum(sketch.features[0].sum, expected.sum);
    }
  }

  TEST_CASE("latencies fall into eighths of a doubling") {
    Random random(7);
    for (const double least : {2.0, 3.0, 300.0, 4096.0, 1e6}) {
      for (std::size_t eighth = 0; eighth < 8; ++eighth) {
        LatencyHistogram one;
        const double lower = least * std::exp2(static_cast<double>(eighth) / 8);
        const double inside = lower * (1 + 0.01 * random.uniform());
        one.add(inside);
        const double bin = std::floor(8 * std::log2(inside));
        CHECK(one.quantile_us(0.999999) == doctest::Approx(std::exp2((bin + 1) / 8)));
        CHECK(one.quantile_us(0.000001) == doctest::Approx(std::exp2(bin / 8)));
      }
    }
    for (const double shortest : {0.0, 0.5, 1.0, -3.0, kNan}) {
      LatencyHistogram one;
      one.add(shortest);
      CHECK(one.quantile_us(0.5) < 1.1);
    }
    LatencyHistogram longest;
    longest.add(kInfinity);
    CHECK(longest.quantile_us(0.5) > 6e7);
  }
}
