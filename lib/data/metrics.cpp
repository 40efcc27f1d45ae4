#include "data/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/score_functions.hpp"

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

/// Work that a bootstrap may take, in rows times resamples; chosen by us to stay near a second.
constexpr double kBootstrapRows = 2e7;
constexpr unsigned kLeastResamples = 100;

/// Fewer resamples where there are many rows, and the percentiles' own noise is small anyway.
unsigned affordable_resamples(unsigned wanted, std::size_t n_rows) {
  const double affordable = kBootstrapRows / static_cast<double>(n_rows);
  if (affordable >= wanted) return wanted;
  return std::min(wanted, std::max(kLeastResamples, static_cast<unsigned>(affordable)));
}

/// Percentile bootstrap. Source: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993,
/// chapter 13. A resample is how often it holds each row, as weights. Resamples in which the metric
/// is undefined are left out.
Interval bootstrap(Metric metric, const Predictions& predictions, const Truth& truth,
                   std::uint64_t seed, unsigned n_resamples) {
  Random random(seed);
  std::vector<double> times(predictions.n_rows);
  std::vector<double> scores;
  const unsigned n = affordable_resamples(n_resamples, predictions.n_rows);
  for (unsigned resample = 0; resample < n; ++resample) {
    std::fill(times.begin(), times.end(), 0.0);
    for (std::size_t i = 0; i < times.size(); ++i) times[random.below(times.size())] += 1;
    const double value = score(metric, predictions, truth, times);
    if (std::isfinite(value)) scores.push_back(value);
  }
  if (scores.empty()) return {std::nan(""), std::nan("")};
  std::sort(scores.begin(), scores.end());
  const auto at = [&](double share) {
    return scores[static_cast<std::size_t>(share * static_cast<double>(scores.size() - 1))];
  };
  return {at(0.025), at(0.975)};
}

/// Standard errors from the mean at a normal quantile, when the mean of n values of that skewness
/// is studentized: the inverse of Hall's cubic transformation. Source: Hall, "On the removal of
/// skewness by transformation", JRSS B 54 (1992) 221-228.
double skewed_quantile(double normal_quantile, double skewness, double n) {
  const double bend = skewness / std::sqrt(n);
  if (std::abs(bend) < 1e-9) return normal_quantile;
  return 3 / bend * (std::cbrt(1 + bend * (normal_quantile - bend / 6)) - 1);
}

/// Interval of a mean of row losses, which are never negative and have a long tail: the normal
/// interval corrected for skewness, without which scores of squared errors lie above it twice as
/// often as promised. The caller maps it through the root for RMSE: a monotone map keeps coverage.
Interval mean_interval(std::span<const double> losses) {
  constexpr double kQuantile = 1.959963984540054;
  const auto n = static_cast<double>(losses.size());
  if (losses.size() < 2) return {0, std::nan("")};
  const double mean = std::accumulate(losses.begin(), losses.end(), 0.0) / n;
  double squares = 0;
  double cubes = 0;
  for (const double loss : losses) {
    const double distance = loss - mean;
    squares += distance * distance;
    cubes += distance * distance * distance;
  }
  if (!(squares > 0)) return {std::max(0.0, mean), mean};
  const double skewness = cubes / n / std::pow(squares / n, 1.5);
  const double error = std::sqrt(squares / (n - 1) / n);
  return {std::max(0.0, mean - error * skewed_quantile(kQuantile, skewness, n)),
          mean - error * skewed_quantile(-kQuantile, skewness, n)};
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
  const auto n = static_cast<double>(predictions.n_rows);
  Interval interval;
  if (predictions.n_rows == 0) {
    interval = {std::nan(""), std::nan("")};
  } else if (metric == Metric::accuracy) {
    interval = wilson_interval(value.value * n, n);
  } else if (is_mean_of_row_losses(metric)) {
    interval = mean_interval(row_losses(metric, predictions, truth));
    if (metric == Metric::rmse) interval = {std::sqrt(interval.lower), std::sqrt(interval.upper)};
  } else {
    interval = bootstrap(metric, predictions, truth, seed, n_resamples);
  }
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
