#include "data/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "data/score_functions.hpp"
#include "data/score_intervals.hpp"

namespace mlops::data {
namespace {

struct MetricFacts {
  Metric metric;
  std::string_view name;
  bool higher_is_better;
  bool for_classes;
};

constexpr std::array<MetricFacts, 13> kMetrics{{
    {Metric::log_loss, "log_loss", false, true},
    {Metric::accuracy, "accuracy", true, true},
    {Metric::balanced_accuracy, "balanced_accuracy", true, true},
    {Metric::f1, "f1", true, true},
    {Metric::roc_auc, "roc_auc", true, true},
    {Metric::pr_auc, "pr_auc", true, true},
    {Metric::brier, "brier", false, true},
    {Metric::ece, "ece", false, true},
    {Metric::rmse, "rmse", false, false},
    {Metric::mae, "mae", false, false},
    {Metric::mape, "mape", false, false},
    {Metric::r2, "r2", true, false},
    {Metric::pinball, "pinball", false, false},
}};

const MetricFacts& facts_of(Metric metric) noexcept {
  return *std::find_if(kMetrics.begin(), kMetrics.end(),
                       [&](const MetricFacts& facts) { return facts.metric == metric; });
}

Interval interval_of(const MetricValue& value, const Predictions& predictions, const Truth& truth,
                     std::uint64_t seed, unsigned n_resamples) {
  const Interval none{std::nan(""), std::nan("")};
  const Metric metric = value.metric;
  const auto n = static_cast<double>(predictions.n_rows);
  if (predictions.n_rows == 0) return none;
  if (metric == Metric::accuracy) return wilson_interval(value.value * n, n);
  if (metric == Metric::ece) {
    return calibration_error_interval(calibration_bins({predictions, truth, {}}), seed);
  }
  if (!is_mean_of_row_losses(metric)) {
    return bootstrap_interval(metric, predictions, truth, seed, n_resamples);
  }
  const auto losses = row_losses(metric, predictions, truth);
  if (metric == Metric::mape && !has_mean_relative_error(losses, truth.values)) return none;
  const Interval mean = mean_interval(losses);
  return metric == Metric::rmse ? Interval{std::sqrt(mean.lower), std::sqrt(mean.upper)} : mean;
}

}  // namespace

std::string_view to_string(Metric metric) noexcept {
  return facts_of(metric).name;
}

std::optional<Metric> parse_metric(std::string_view text) noexcept {
  for (const MetricFacts& facts : kMetrics) {
    if (facts.name == text) return facts.metric;
  }
  return std::nullopt;
}

bool higher_is_better(Metric metric) noexcept {
  return facts_of(metric).higher_is_better;
}

bool applies_to(Metric metric, Task task) noexcept {
  if (metric == Metric::pr_auc) return task == Task::binary;
  return facts_of(metric).for_classes == (task != Task::regression);
}

Metric default_metric(Task task) noexcept {
  return task == Task::regression ? Metric::rmse : Metric::log_loss;
}

std::vector<Metric> metrics_of(Task task) {
  std::vector<Metric> metrics;
  for (const MetricFacts& facts : kMetrics) {
    if (applies_to(facts.metric, task)) metrics.push_back(facts.metric);
  }
  return metrics;
}

double score(Metric metric, const Predictions& predictions, const Truth& truth,
             std::span<const double> weights) {
  const ScoreInput input{predictions, truth, weights};
  if (predictions.n_rows == 0) return std::nan("");
  switch (metric) {
    case Metric::log_loss:
      return mean_loss(Metric::log_loss, input);
    case Metric::accuracy:
      return 1 - mean_loss(Metric::accuracy, input);
    case Metric::balanced_accuracy:
      return balanced_accuracy(input);
    case Metric::f1:
      return f1(input);
    case Metric::roc_auc:
      return roc_auc(input);
    case Metric::pr_auc:
      return average_precision(input);
    case Metric::brier:
      return mean_loss(Metric::brier, input);
    case Metric::ece:
      return expected_calibration_error(input);
    case Metric::rmse:
      return std::sqrt(mean_loss(Metric::rmse, input));
    case Metric::mae:
      return mean_loss(Metric::mae, input);
    case Metric::mape:
      return mean_loss(Metric::mape, input);
    case Metric::r2:
      return r_squared(input);
    case Metric::pinball:
      return mean_loss(Metric::pinball, input);
  }
  return std::nan("");
}

MetricValue score_with_interval(Metric metric, const Predictions& predictions, const Truth& truth,
                                std::uint64_t seed, unsigned n_resamples) {
  MetricValue value{
      .metric = metric, .value = score(metric, predictions, truth), .n = predictions.n_rows};
  const Interval interval = interval_of(value, predictions, truth, seed, n_resamples);
  value.lower = interval.lower;
  value.upper = interval.upper;
  return value;
}

std::vector<double> row_losses(Metric metric, const Predictions& predictions, const Truth& truth) {
  if (!is_mean_of_row_losses(metric))
    throw Error(ErrorKind::invalid_argument, "metric.no_row_loss",
                fmt::format("{} is not a mean of row losses", to_string(metric)));
  const ScoreInput input{predictions, truth, {}};
  std::vector<double> losses(predictions.n_rows);
  for (std::size_t row = 0; row < losses.size(); ++row) losses[row] = row_loss(metric, input, row);
  return losses;
}

Interval wilson_interval(double successes, double n, double z) {
  if (n <= 0) return {0, 1};
  const double share = successes / n;
  const double denominator = 1 + z * z / n;
  const double center = (share + z * z / (2 * n)) / denominator;
  const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / denominator;
  return {std::max(0.0, center - half), std::min(1.0, center + half)};
}

}  // namespace mlops::data
