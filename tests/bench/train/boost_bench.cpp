// The same boosted trees (100 rounds, depth 6, 256 bins, all threads) on the same numbers: by bare
// XGBoost from a float matrix, and by our learner from a table of doubles as the reader makes it.
// One side a process, so that each peak of memory is its own:
//   for side in bare ours; do boost_bench $side [rows, default 1000000] [columns, default 20]; done
// Prints seconds of encoding + fitting and the peak resident set.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "base/random.hpp"
#include "learn/boosting.hpp"
#include "learn/encoding.hpp"

namespace {

using namespace mlops;

constexpr unsigned kRounds = 100;

unsigned all_threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

/// Calls `cell(row, column, value)` and `label(row, class)` for the same seeded numbers every time.
template <typename Cell, typename Label>
void generate(std::size_t n_rows, std::size_t n_columns, const Cell& cell, const Label& label) {
  Random random(1);
  std::vector<double> row_cells(n_columns);
  for (std::size_t row = 0; row < n_rows; ++row) {
    for (std::size_t column = 0; column < n_columns; ++column) {
      row_cells[column] = static_cast<float>(random.normal());
      cell(row, column, row_cells[column]);
    }
    const double odds = row_cells[0] * row_cells[1] + std::sin(2 * row_cells[2]) + row_cells[3];
    label(row, random.uniform() < 1 / (1 + std::exp(-odds)) ? 1U : 0U);
  }
}

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

void print(const char* side, double seconds, std::size_t n_cells) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  const auto of_matrix = [&](std::size_t cell_bytes) {
    return peak_mb * 1024 * 1024 / static_cast<double>(n_cells * cell_bytes);
  };
  fmt::print(
      "{:<5} {:7.2f} s   peak {:6.0f} MB = {:.2f} x the matrix in doubles, {:.2f} x in floats\n",
      side, seconds, peak_mb, of_matrix(sizeof(double)), of_matrix(sizeof(float)));
}

void run_bare(std::size_t n_rows, std::size_t n_columns) {
  std::vector<float> values(n_rows * n_columns);
  std::vector<float> labels(n_rows);
  generate(
      n_rows, n_columns,
      [&](std::size_t row, std::size_t column, double value) {
        values[row * n_columns + column] = static_cast<float>(value);
      },
      [&](std::size_t row, unsigned label) { labels[row] = static_cast<float>(label); });
  const Stopwatch watch;
  learn::xgboost::Matrix matrix(values, n_rows, n_columns, all_threads());
  matrix.set_labels(labels);
  learn::xgboost::Booster booster({&matrix}, {{"objective", "binary:logistic"},
                                              {"tree_method", "hist"},
                                              {"max_depth", "6"},
                                              {"eta", "0.1"},
                                              {"max_bin", "256"},
                                              {"nthread", fmt::format("{}", all_threads())}});
  for (unsigned round = 0; round < kRounds; ++round) booster.update(round, matrix);
  print("bare", watch.seconds(), values.size());
}

data::Table make_table(std::size_t n_rows, std::size_t n_columns) {
  data::Table table;
  table.n_rows = n_rows;
  table.columns.resize(n_columns + 1);
  for (std::size_t column = 0; column < n_columns; ++column) {
    table.columns[column].name = fmt::format("x{}", column);
    table.columns[column].numeric = true;
    table.columns[column].numbers.resize(n_rows);
  }
  auto& target = table.columns.back();
  target.name = "y";
  target.dictionary = {"no", "yes"};
  target.codes.resize(n_rows);
  generate(
      n_rows, n_columns,
      [&](std::size_t row, std::size_t column, double value) {
        table.columns[column].numbers[row] = value;
      },
      [&](std::size_t row, unsigned label) { target.codes[row] = label; });
  return table;
}

data::Schema schema_of(const data::Table& table) {
  data::Schema schema;
  for (const auto& column : table.columns) {
    data::ColumnSchema description;
    description.name = column.name;
    schema.columns.push_back(description);
  }
  auto& target = schema.columns.back();
  target.kind = data::ColumnKind::category;
  target.role = data::ColumnRole::target;
  target.categories = {"no", "yes"};
  schema.target = "y";
  schema.task = data::Task::binary;
  schema.classes = target.categories;
  return schema;
}

void run_ours(std::size_t n_rows, std::size_t n_columns) {
  const auto table = make_table(n_rows, n_columns);
  const auto schema = schema_of(table);
  const Stopwatch watch;
  std::vector<data::Finding> findings;
  const auto dataset = learn::make_dataset(table, schema, {}, findings);
  learn::RowIndices rows(dataset.size());
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<std::uint32_t>(row);
  const auto design = learn::make_training_design({}, dataset, rows, 1, all_threads());
  const learn::BoostingLearner learner({.max_depth = 6, .eta = 0.1});
  const auto member =
      learner.fit(design.sample, {.n_rounds = kRounds}, {.seed = 1, .n_threads = all_threads()});
  print("ours", watch.seconds(), n_rows * n_columns);
  if (member.learner.empty()) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view side = argc > 1 ? argv[1] : "";
  const auto n_rows = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000'000UL;
  const auto n_columns = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 20UL;
  if (side == "bare" && n_rows > 0 && n_columns > 3) {
    run_bare(n_rows, n_columns);
  } else if (side == "ours" && n_rows > 0 && n_columns > 3) {
    run_ours(n_rows, n_columns);
  } else {
    fmt::print(stderr, "usage: boost_bench bare|ours [rows] [columns, at least 4]\n");
    return 2;
  }
  return 0;
}
