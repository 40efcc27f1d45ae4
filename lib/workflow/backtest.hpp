// `backtest`: labelled history through prediction, logging, feedback, alarms and, if wanted,
// retraining, on a virtual clock. It drives the code that runs live, over a registry of its own:
// the real one is only read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/metrics.hpp"
#include "learn/train.hpp"
#include "workflow/backtest_history.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

/// Whether the model may be retrained on the way.
enum class BacktestRetrain { no, yes };

/// What a history is divided by: twelve parts of equal time, or the calendar's periods, in UTC;
/// weeks begin on Mondays.
enum class BacktestPeriod { twelfth, day, week, month };

struct BacktestConfig {
  std::string reference;  ///< "churn@4"
  HistoryConfig history;
  std::int64_t label_delay_micros = 0;          ///< from a prediction to its truth
  std::optional<std::int64_t> look_micros;      ///< time between two looks; absent: by the span
  std::optional<std::filesystem::path> policy;  ///< instead of the model's model.yaml
  std::vector<std::string> drift_at;            ///< where the truth lies: records or times; "none"
  BacktestRetrain retrain = BacktestRetrain::no;
  BacktestPeriod period = BacktestPeriod::twelfth;
  learn::TrainingOptions training;
};

/// A stretch of history with what the first model and what the live one scored on it.
struct BacktestWindow {
  Timestamp from;
  Timestamp to;  ///< of the last row
  std::size_t n_rows = 0;
  double frozen = 0;  ///< NaN where no truth is known
  double live = 0;
};

/// Something that would have fired.
struct BacktestAlarm {
  Timestamp t;
  std::size_t row = 0;  ///< record of the last row before it
  std::string rule;
  std::string subject;
  std::string severity;
  std::string message;
};

/// A retraining, or a rollback.
struct BacktestRetraining {
  Timestamp t;
  std::size_t row = 0;
  std::string trigger;
  std::string verdict;  ///< promoted, kept, need_more_data, rolled_back, failed
  std::optional<registry::Version> version;
  std::string sentence;
};

/// Alarms against where somebody says that the world changed.
struct BacktestTruth {
  std::uint64_t n_false = 0;              ///< before the first change, or without any
  std::uint64_t n_missed = 0;             ///< changes without an alarm before the next one
  std::optional<double> mean_delay_rows;  ///< of the changes found
};

struct BacktestReport {
  std::string model;
  registry::Version version = 0;
  BacktestRetrain retrain = BacktestRetrain::no;
  std::size_t n_rows = 0;
  std::size_t n_without_truth = 0;
  Timestamp from;
  Timestamp to;
  std::int64_t look_micros = 0;
  std::int64_t label_delay_micros = 0;
  data::Metric metric = data::Metric::accuracy;  ///< accuracy or rmse
  double frozen = 0;                             ///< over the whole history
  double live = 0;
  std::vector<BacktestWindow> windows;
  std::vector<BacktestAlarm> alarms;
  std::vector<BacktestRetraining> retrains;
  std::optional<BacktestTruth> truth;
  double seconds = 0;  ///< of real time
};

/// Told how much of the history is over, from 0 to 1.
using BacktestProgress = std::function<void(double)>;

/// Throws not_found, invalid_data and what training throws; then nothing has changed.
[[nodiscard]] BacktestReport backtest(const BacktestConfig& config, const Environment& environment,
                                      const BacktestProgress& progress);

}  // namespace mlops::workflow
