// Training: table and schema in; model, honest scores and everything the version records out.
// Deterministic: the same table, options, seed and thread count give the same bytes; the clock only
// decides how many trials of a fixed plan run, and that number is recorded.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "base/json.hpp"
#include "data/finding.hpp"
#include "data/metrics.hpp"
#include "data/predictions.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"
#include "model/model.hpp"

namespace mlops::learn {

enum class Preset { fast, balanced, best };

std::string_view to_string(Preset preset) noexcept;
std::optional<Preset> parse_preset(std::string_view text) noexcept;

/// What rare classes count in fits: as they come, or as much as every other class.
enum class ClassWeights { none, balanced };

std::string_view to_string(ClassWeights weights) noexcept;
std::optional<ClassWeights> parse_class_weights(std::string_view text) noexcept;

struct TrainingOptions {
  Preset preset = Preset::balanced;
  /// Seconds of wall time the search may take; absent: 10, 60 or 600 by preset.
  std::optional<double> time_limit_seconds;
  /// Trials to run at most; absent: the plan's. `verify` sets it to what was recorded, together
  /// with no time limit.
  std::optional<unsigned> max_trials;
  /// Selection metric; absent: log loss or RMSE.
  std::optional<data::Metric> metric;
  /// Classification only; absent: none. See docs/training.md, "Rare classes".
  std::optional<ClassWeights> class_weights;
  std::optional<unsigned> folds;
  std::uint64_t seed = 42;
  /// Threads; part of the recipe. 0 means the machine's.
  unsigned threads = 0;
  /// Column whose order is time: folds and held-out rows are then cut by it, the future last.
  std::optional<std::string> time_column;
  /// Microseconds a row that the model may take at most (default 100 of SPEC).
  double max_latency_us = 100;
  /// Rows of the table that no decision may see, instead of a drawn part; the gate uses it to
  /// score champion and challenger on the same rows. Ascending.
  std::optional<std::vector<std::size_t>> held_out_rows;

  /// Throws invalid_argument naming the field.
  void validate() const;
};

/// One trial as the leaderboard shows it, best first.
struct LeaderboardEntry {
  std::string learner;  ///< "dummy", "linear", "xgboost", "random_forest", ...
  std::string params;   ///< for people and for replay: "depth=6 eta=0.12"
  double score = 0;     ///< out-of-fold selection metric
  double standard_error = 0;
  double fit_seconds = 0;
  double predict_us = 0;  ///< microseconds a row, single rows
  double weight = 0;      ///< share in the deployed ensemble, 0 when not in it
  std::string failure;    ///< why the trial has no score; empty when it has
};

struct FeatureImportance {
  std::string feature;
  double importance = 0;  ///< loss increase when the feature is permuted, in the metric's unit
  double lower = 0;       ///< 95 % interval over permutations
  double upper = 0;
};

struct TrainingResult {
  model::Model model;  ///< refitted on all rows with a target
  std::vector<LeaderboardEntry> leaderboard;
  data::MetricValue metric;                ///< on the held-out rows, by a model that never saw them
  std::vector<data::MetricValue> metrics;  ///< all metrics of the task on the same rows
  data::MetricValue dummy;                 ///< the dummy's score on the same rows
  std::vector<std::size_t> held_out_rows;  ///< ascending row numbers of the table
  data::Predictions held_out_predictions;  ///< of the scored model, in that order
  std::vector<FeatureImportance> importance;  ///< in feature order
  std::vector<data::Finding> warnings;
  unsigned n_trials = 0;
  double seconds = 0;
  /// Everything needed to repeat it: options, seed, threads, library versions, trials that ran.
  Json recipe;
};

/// Something happened that a person may want to see while waiting.
struct Progress {
  enum class Kind { started, trial_started, trial_finished, note } kind = Kind::note;
  unsigned trial = 0;  ///< counted from 1
  unsigned n_trials_planned = 0;
  LeaderboardEntry entry;  ///< trial_started: learner and params; trial_finished: all
  std::string metric;
  double best_score = 0;
  double elapsed_seconds = 0;
  double limit_seconds = 0;
  std::string message;  ///< note
};

/// Called by one thread at a time, not always the same; must not throw.
using ProgressSink = std::function<void(const Progress&)>;

/// Throws invalid_data when nothing can be learnt (fewer than 3 rows with a target, one class),
/// invalid_argument for bad options, interrupted when cancelled. A learner that fails is noted in
/// the leaderboard; the others go on. Rows without a target are left out and counted in warnings.
[[nodiscard]] TrainingResult train(const data::Table& table, const data::Schema& schema,
                                   const TrainingOptions& options, const ProgressSink& progress,
                                   const CancelToken& cancel);

}  // namespace mlops::learn
