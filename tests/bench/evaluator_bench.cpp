// One row and a thousand rows through a forest: ours beside XGBoost's C API in the same run. Prints
// a table; the ratio is what counts, the digits are the machine's. One thread. Usage:
//   evaluator_bench [rounds per figure, default 400]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "model/bundle.hpp"
#include "unit/model/xgboost_oracle.hpp"

namespace {

using Clock = std::chrono::steady_clock;

/// Median and 99th percentile of `n` calls, microseconds.
struct Timing {
  double median_us = 0;
  double p99_us = 0;
};

Timing measure(unsigned n, const std::function<void(unsigned)>& call) {
  std::vector<double> times;
  for (unsigned i = 0; i < n; ++i) {
    const auto start = Clock::now();
    call(i);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

struct Contest {
  std::string name;
  mlops::test::OracleCase what;
};

void report(const std::string& name, const Timing& ours, const Timing& theirs) {
  fmt::print("{:<44} {:>10.2f} {:>10.2f} {:>12.2f} {:>8.1f}x\n", name, ours.median_us, ours.p99_us,
             theirs.median_us, theirs.median_us / ours.median_us);
}

void run(const Contest& contest, unsigned n_calls) {
  constexpr std::size_t kRows = 1000;
  const mlops::test::Oracle oracle(contest.what);
  const mlops::model::Forest& forest = oracle.forest();
  const std::size_t width = contest.what.n_inputs;
  const std::vector<float> inputs = mlops::test::oracle_inputs(contest.what, kRows, 7);
  std::vector<double> margins(kRows * forest.n_outputs());
  std::vector<float> expected;
  const auto row = [&](unsigned i) { return std::span(inputs).subspan(i % kRows * width, width); };
  const auto one = [&](unsigned i) { forest.predict(row(i), 1, margins); };
  const auto one_theirs = [&](unsigned i) { oracle.predict_in_place(row(i), 1, expected); };
  static_cast<void>(measure(n_calls, one));
  static_cast<void>(measure(n_calls, one_theirs));
  report(contest.name + ", 1 row", measure(n_calls * 10, one), measure(n_calls, one_theirs));
  report(
      contest.name + ", 1000 rows",
      measure(n_calls / 10, [&](unsigned) { forest.predict(inputs, kRows, margins); }),
      measure(n_calls / 10, [&](unsigned) { oracle.predict_in_place(inputs, kRows, expected); }));
}

/// Loading the bundle's bytes, explaining a row, and a row through the whole pipeline.
void run_alone(const mlops::test::OracleCase& what, unsigned n_calls) {
  const mlops::test::Oracle oracle(what);
  std::vector<mlops::model::Encoding> encodings(what.n_inputs);
  for (std::size_t i = 0; i < what.n_inputs; ++i) {
    encodings[i].feature = static_cast<std::uint32_t>(i);
  }
  mlops::model::Pipeline pipeline;
  pipeline.encoders.emplace_back(encodings, what.n_inputs);
  pipeline.members.push_back({.learner = "xgboost", .predictor = oracle.forest()});
  const std::string bytes = mlops::model::pipeline_to_bytes(pipeline);
  const Timing load = measure(
      n_calls / 4, [&](unsigned) { static_cast<void>(mlops::model::pipeline_from_bytes(bytes)); });
  fmt::print("{:<44} {:>10.2f} {:>10.2f}\n", fmt::format("load {} KiB", bytes.size() / 1024),
             load.median_us, load.p99_us);
  const std::vector<float> inputs = mlops::test::oracle_inputs(what, 1, 7);
  const Timing explain = measure(n_calls / 4, [&](unsigned) {
    std::vector<double> contributions(what.n_inputs);
    static_cast<void>(oracle.forest().contribute(inputs, 0, contributions));
  });
  const Timing explain_theirs =
      measure(n_calls / 4, [&](unsigned) { static_cast<void>(oracle.contributions(inputs, 1)); });
  report("contributions of one row", explain, explain_theirs);
  mlops::data::ConformedRows rows{.n_rows = 1, .n_features = what.n_inputs};
  rows.cells.assign(inputs.begin(), inputs.end());
  const Timing whole = measure(
      n_calls * 4, [&](unsigned) { static_cast<void>(mlops::model::predict(pipeline, rows)); });
  fmt::print("{:<44} {:>10.2f} {:>10.2f}\n", "whole pipeline, one row", whole.median_us,
             whole.p99_us);
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned n_calls =
      argc > 1 ? static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)) : 400;
  const mlops::test::OracleCase base{.parameters = {{"objective", "reg:squarederror"}},
                                     .n_rounds = 100,
                                     .n_rows = 20000,
                                     .n_inputs = 20};
  mlops::test::OracleCase missing = base;
  missing.missing_share = 0.1;
  mlops::test::OracleCase many = base;
  many.n_rounds = 500;
  mlops::test::OracleCase large = base;
  large.parameters.insert({{"grow_policy", "lossguide"}, {"max_depth", "0"}});
  large.parameters["max_leaves"] = "255";
  mlops::test::OracleCase categories = base;
  categories.n_categorical = 4;
  const Contest contests[] = {{"100 trees depth 6", base},
                              {"100 trees depth 6, 10% missing", missing},
                              {"100 trees depth 6, 4 categorical", categories},
                              {"500 trees depth 6", many},
                              {"100 trees 255 leaves", large}};
  fmt::print("{:<44} {:>10} {:>10} {:>12} {:>9}\n", "microseconds", "ours", "ours p99", "XGBoost",
             "ratio");
  for (const Contest& contest : contests) run(contest, n_calls);
  run_alone(base, n_calls);
  return 0;
}
