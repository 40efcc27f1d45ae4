// Scores of predictions against the truth, each with its direction and, where the field has one,
// an interval. Used by training, by the gate and by monitoring, so that one name means one number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/predictions.hpp"

namespace mlops::data {

enum class Metric {
  log_loss,
  accuracy,
  balanced_accuracy,
  f1,
  roc_auc,
  pr_auc,
  brier,
  ece,  // classification
  rmse,
  mae,
  mape,
  r2,
  pinball,  // regression
};

std::string_view to_string(Metric metric) noexcept;
std::optional<Metric> parse_metric(std::string_view text) noexcept;

/// True when larger is better.
[[nodiscard]] bool higher_is_better(Metric metric) noexcept;
/// Whether the metric is defined for the task.
[[nodiscard]] bool applies_to(Metric metric, Task task) noexcept;
/// log_loss for classification, rmse for regression.
[[nodiscard]] Metric default_metric(Task task) noexcept;
/// Every metric of the task, the default first.
[[nodiscard]] std::vector<Metric> metrics_of(Task task);

/// The truth beside n predictions: class indices or numbers.
struct Truth {
  std::vector<std::uint32_t> classes;  ///< classification
  std::vector<double> values;          ///< regression
};

/// A score with its 95 % interval and the number of rows behind it; NaN where it is undefined.
struct MetricValue {
  Metric metric = Metric::log_loss;
  double value = 0;
  double lower = 0;
  double upper = 0;
  std::uint64_t n = 0;
};

/// The score. `weights` is empty or one a row. Requires: equal lengths, metric applies.
/// NaN when it is undefined for these rows (ROC AUC with one class present).
[[nodiscard]] double score(Metric metric, const Predictions& predictions, const Truth& truth,
                           std::span<const double> weights = {});

/// The score with a 95 % interval by the methods of score_intervals.hpp (accuracy: Wilson), seeded;
/// bootstraps take `n_resamples` resamples, fewer (at least 100) beyond 50,000 rows. No interval
/// (NaN) where no honest one exists: for a MAPE that few rows decide.
[[nodiscard]] MetricValue score_with_interval(Metric metric, const Predictions& predictions,
                                              const Truth& truth, std::uint64_t seed,
                                              unsigned n_resamples = 400);

/// Loss of each row: negative log likelihood for log_loss, 0 or 1 for accuracy, squared error
/// for rmse, absolute error for mae; what paired comparisons are made of. Throws invalid_argument
/// for metrics that are not means of row losses.
[[nodiscard]] std::vector<double> row_losses(Metric metric, const Predictions& predictions,
                                             const Truth& truth);

/// Wilson score interval of a share. Source: Wilson, JASA 22 (1927) 209-212. `z` is the normal
/// quantile (1.959964 for 95 %). {0, 1} when n is 0.
struct Interval {
  double lower = 0;
  double upper = 0;
};
[[nodiscard]] Interval wilson_interval(double successes, double n, double z = 1.959963984540054);

}  // namespace mlops::data
