// One row through a registered version, from its cells to the answer: median microseconds. Usage:
//   row_latency_bench VERSION_DIRECTORY ROWS.csv [rows at most, default 2000]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "data/reader.hpp"
#include "model/model.hpp"

namespace {

constexpr unsigned long kMostRows = 2000;

/// Each row alone, as a server gets it.
std::vector<mlops::data::ConformedRows> single_rows(const mlops::data::ConformedRows& all,
                                                    std::size_t n) {
  std::vector<mlops::data::ConformedRows> rows;
  for (std::size_t row = 0; row < std::min(n, all.n_rows); ++row) {
    const auto cells = all.row(row);
    rows.push_back(
        {.n_rows = 1, .n_features = all.n_features, .cells = {cells.begin(), cells.end()}});
  }
  return rows;
}

double median_us(const mlops::model::Model& model,
                 const std::vector<mlops::data::ConformedRows>& rows) {
  std::vector<double> times;
  for (const auto& row : rows) {
    const auto start = std::chrono::steady_clock::now();
    const auto answer = model.predict(row);
    const auto elapsed = std::chrono::steady_clock::now() - start;
    if (answer.n_rows != 1) std::abort();
    times.push_back(std::chrono::duration<double, std::micro>(elapsed).count());
  }
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                   times.end());
  return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: row_latency_bench VERSION_DIRECTORY ROWS.csv [ROWS]\n");
    return 2;
  }
  const auto model = mlops::model::Model::load(argv[1]);
  const auto read = mlops::data::read_table(argv[2]);
  const auto n = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : kMostRows;
  const auto rows = single_rows(model.conformer().from_table(read.table), n);
  if (rows.empty()) return 3;
  static_cast<void>(median_us(model, rows));  // warm
  fmt::print("{:.3f}\n", median_us(model, rows));
  return 0;
}
