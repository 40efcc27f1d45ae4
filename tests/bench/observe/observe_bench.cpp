// A long log of predictions: `observe_bench ROWS FOLDER [ROWS_PER_REQUEST]` fills a store in FOLDER
// and prints how long a look takes with the stored sketches and without, how fast they are counted
// from the log again, what they cost the writer, and the memory used. README.md has the last
// figures.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "base/random.hpp"
#include "observe/health.hpp"

using namespace mlops;
using namespace mlops::observe;

namespace {

constexpr std::size_t kNumbers = 16;
constexpr std::size_t kCategories = 4;
constexpr std::size_t kFeatures = kNumbers + kCategories;
constexpr Timestamp kStart{1'772'409'600'000'000};

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void print(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

data::Schema schema() {
  data::Schema schema;
  schema.task = data::Task::binary;
  schema.target = "y";
  schema.classes = {"no", "yes"};
  for (std::size_t f = 0; f < kFeatures; ++f) {
    data::ColumnSchema column;
    column.name = fmt::format("x{}", f);
    if (f >= kNumbers) {
      column.kind = data::ColumnKind::category;
      column.categories = {"a", "b", "c", "d", "e"};
    }
    schema.columns.push_back(column);
  }
  data::ColumnSchema target;
  target.name = "y";
  target.role = data::ColumnRole::target;
  target.kind = data::ColumnKind::category;
  schema.columns.push_back(target);
  return schema;
}

/// Rows as a forest's request has them: numbers that are floats, levels, two probabilities.
PredictionBlock draw_block(Random& random, std::vector<std::int64_t> ids, Timestamp time) {
  PredictionBlock block{.time = time, .version = 1, .latency_us = 300, .ids = std::move(ids)};
  const std::size_t n = block.ids.size();
  block.rows.n_rows = n;
  block.rows.n_features = kFeatures;
  block.rows.cells.reserve(n * kFeatures);
  block.predictions.task = data::Task::binary;
  block.predictions.n_rows = n;
  block.predictions.n_classes = 2;
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t f = 0; f < kNumbers; ++f)
      block.rows.cells.push_back(static_cast<double>(static_cast<float>(random.uniform())));
    for (std::size_t f = 0; f < kCategories; ++f)
      block.rows.cells.push_back(static_cast<double>(random.below(5)));
    const auto p = static_cast<double>(static_cast<float>(random.uniform()));
    block.predictions.probabilities.push_back(1 - p);
    block.predictions.probabilities.push_back(p);
    block.predictions.labels.push_back(p >= 0.5 ? 1 : 0);
  }
  return block;
}

WatchedVersion version() {
  WatchedVersion version{.model = "bench", .version = 1, .schema = schema()};
  Random random(1);
  const PredictionBlock held_out = draw_block(random, std::vector<std::int64_t>(5000), kStart);
  version.profile = data::build_profile(version.schema, held_out.rows, held_out.predictions,
                                        std::vector<double>(kFeatures, 1.0 / kFeatures));
  data::Truth truth;
  for (std::size_t row = 0; row < 5000; ++row)
    truth.classes.push_back(random.uniform() < held_out.predictions.probabilities[2 * row + 1]);
  version.reference =
      data::score_with_interval(data::Metric::accuracy, held_out.predictions, truth, 1);
  version.losses = build_loss_profile(held_out.predictions, truth, version.profile);
  version.deployed_at = kStart;
  return version;
}

/// n rows over ten days, in groups of 64 requests a commit.
void fill(ObservationStore& store, std::size_t n_rows, std::size_t rows_per_request) {
  Random random(2);
  const std::int64_t step =
      10 * kMicrosPerDay / static_cast<std::int64_t>(n_rows / rows_per_request + 1);
  Timestamp time = kStart;
  std::vector<PredictionBlock> group;
  for (std::size_t row = 0; row < n_rows; row += rows_per_request) {
    group.push_back(draw_block(random, store.reserve_ids(rows_per_request, time), time));
    time.micros += step;
    if (group.size() < 64 && row + rows_per_request < n_rows) continue;
    store.append(group);
    group.clear();
  }
}

/// Nanoseconds a row that appending takes, of blocks drawn before.
double append_ns(const std::filesystem::path& path, bool with_sketches,
                 std::size_t rows_per_request, LogSync sync) {
  std::filesystem::remove(path);
  ObservationStore store(path, SqliteOpen::read_write_create, sync);
  if (with_sketches) keep_sketches(store, version());
  Random random(3);
  const std::size_t n_groups = rows_per_request == 1 ? 4000 : 100;
  std::vector<std::vector<PredictionBlock>> groups(n_groups);
  for (auto& group : groups)
    for (int request = 0; request < 64; ++request)
      group.push_back(draw_block(random, store.reserve_ids(rows_per_request, kStart), kStart));
  const double seconds = seconds_of([&] {
    for (const auto& group : groups) store.append(group);
  });
  return seconds * 1e9 / static_cast<double>(n_groups * 64 * rows_per_request);
}

void compare_appending(const std::filesystem::path& folder, std::size_t rows_per_request) {
  for (const LogSync sync : {LogSync::off, LogSync::full}) {
    double best[2] = {1e18, 1e18};
    for (int repetition = 0; repetition < 3; ++repetition)
      for (const bool with : {false, true})
        best[with ? 1 : 0] = std::min(
            best[with ? 1 : 0], append_ns(folder / "append.sqlite", with, rows_per_request, sync));
    print(
        fmt::format("append, {} row(s) a request, 64 requests a commit, sync {}: {:.0f} ns a row "
                    "without sketches, {:.0f} with: {:+.0f} ns",
                    rows_per_request, sync == LogSync::off ? "off" : "full", best[0], best[1],
                    best[1] - best[0]));
  }
}

}  // namespace

namespace {

struct Options {
  std::size_t n_rows = 0;
  std::filesystem::path folder;
  std::size_t rows_per_request = 1000;
  bool is_filled = false;  ///< the log of an earlier run is looked at again
};

Timestamp end_of(const Options& options) {
  return {kStart.micros + 10 * kMicrosPerDay -
          10 * kMicrosPerDay / static_cast<std::int64_t>(options.n_rows)};
}

void fill_log(const Options& options, const WatchedVersion& watched,
              const std::filesystem::path& path) {
  std::filesystem::remove(path);
  ObservationStore store(path, SqliteOpen::read_write_create, LogSync::off);
  keep_sketches(store, watched);
  const double filling = seconds_of([&] { fill(store, options.n_rows, options.rows_per_request); });
  print(fmt::format("{} rows of {} columns, {} a request: {:.0f} MB, filled in {:.0f} s",
                    options.n_rows, kFeatures, options.rows_per_request,
                    static_cast<double>(std::filesystem::file_size(path)) / 1e6, filling));
}

void look(const std::filesystem::path& path, const WatchedVersion& watched, Timestamp now) {
  print(fmt::format("memory before looking: {:.0f} MB", peak_mb()));
  for (const std::int64_t days : {1, 7, 30}) {
    double best = 1e9;
    for (int repetition = 0; repetition < 5; ++repetition)
      best = std::min(best, seconds_of([&] {
                        const ObservationStore store(path, SqliteOpen::read_only, LogSync::off);
                        static_cast<void>(assess(store, watched, {}, {now, days * kMicrosPerDay}));
                      }));
    print(fmt::format("a look over {} day(s): {:.1f} ms (limit 100)", days, best * 1000));
  }
  print(fmt::format("memory after looking: {:.0f} MB", peak_mb()));
}

void recount(const std::filesystem::path& path, const WatchedVersion& watched, std::size_t n_rows) {
  ObservationStore store(path, SqliteOpen::read_write_create, LogSync::off);
  double best = 1e9;
  for (int repetition = 0; repetition < 3; ++repetition)
    best = std::min(best, seconds_of([&] { keep_sketches(store, watched, Recount::yes); }));
  print(fmt::format("counted from the log again: {:.2f} s, {:.1f} million rows/s (limit 10)", best,
                    static_cast<double>(n_rows) / best / 1e6));
  print(fmt::format("memory after counting: {:.0f} MB", peak_mb()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    print("usage: observe_bench ROWS FOLDER [ROWS_PER_REQUEST [again]]");
    return 2;
  }
  Options options{.n_rows = std::strtoull(argv[1], nullptr, 10), .folder = argv[2]};
  if (argc > 3) options.rows_per_request = std::strtoull(argv[3], nullptr, 10);
  options.is_filled = argc > 4;
  const std::filesystem::path path = options.folder / "log.sqlite";
  const WatchedVersion watched = version();
  if (!options.is_filled) fill_log(options, watched, path);
  look(path, watched, end_of(options));
  recount(path, watched, options.n_rows);
  if (options.is_filled) return 0;
  compare_appending(options.folder, 1);
  compare_appending(options.folder, 1000);
  return 0;
}
