#include "observe/performance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlops::observe {
namespace {

constexpr double kZ95 = 1.959963984540054;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// sqrt of a mean square with the interval of its logarithm.
Estimate root_estimate(double mean_square, double standard_error, std::uint64_t n) {
  const double root = std::sqrt(std::max(mean_square, 0.0));
  if (!(mean_square > 0)) return {root, root, root, n};
  const double spread = std::exp(0.5 * kZ95 * standard_error / mean_square);
  return {root, root / spread, root * spread, n};
}

Estimate accuracy_estimate(double expected_loss, double variance, std::uint64_t n) {
  const double half = kZ95 * std::sqrt(std::max(variance, 0.0));
  const double accuracy = 1 - expected_loss;
  return {accuracy, std::max(accuracy - half, 0.0), std::min(accuracy + half, 1.0), n};
}

Estimate estimated_accuracy(const LossProfile& losses, const TrafficSketch& traffic) {
  const std::vector<double> expected = calibrated_losses(losses);
  const auto n = static_cast<double>(traffic.n_rows);
  double mean = 0;
  double variance = 0;
  for (std::size_t bin = 0; bin < expected.size(); ++bin) {
    const double share = static_cast<double>(traffic.estimates[bin]) / n;
    const double spread = expected[bin] * (1 - expected[bin]);
    mean += share * expected[bin];
    // Of the outcomes of these rows, and of the held-out rows that the calibration rests on.
    variance += share * spread / n;
    variance += share * share * spread / (static_cast<double>(losses.n_of_estimate(bin)) + 1);
  }
  return accuracy_estimate(mean, variance, traffic.n_rows);
}

Estimate estimated_rmse(const LossProfile& losses, const TrafficSketch& traffic) {
  const auto n = static_cast<double>(traffic.n_rows);
  double squared_overall = 0;
  double fourth_overall = 0;
  for (std::size_t bin = 0; bin < losses.n_estimate_bins; ++bin) {
    squared_overall += losses.squared[bin] / static_cast<double>(losses.n_rows());
    fourth_overall += losses.fourth[bin] / static_cast<double>(losses.n_rows());
  }
  double mean = 0;
  double variance = 0;
  for (std::size_t bin = 0; bin < losses.n_estimate_bins; ++bin) {
    const double share = static_cast<double>(traffic.estimates[bin]) / n;
    const auto m = static_cast<double>(losses.n_of_estimate(bin));
    const double square = m > 0 ? losses.squared[bin] / m : squared_overall;
    const double fourth = m > 0 ? losses.fourth[bin] / m : fourth_overall;
    const double spread = std::max(fourth - square * square, 0.0);
    mean += share * square;
    variance += share * spread / n + share * share * spread / std::max(m, 1.0);
  }
  return root_estimate(mean, std::sqrt(variance), traffic.n_rows);
}

}  // namespace

std::optional<Estimate> realized_performance(data::Task task, const Outcome& outcome) {
  if (outcome.n == 0) return std::nullopt;
  const auto n = static_cast<double>(outcome.n);
  if (task != data::Task::regression) {
    const data::Interval interval = data::wilson_interval(n - outcome.loss, n);
    return Estimate{(n - outcome.loss) / n, interval.lower, interval.upper, outcome.n};
  }
  const double mean_square = outcome.loss / n;
  if (outcome.n == 1) return Estimate{std::sqrt(mean_square), kNan, kNan, 1};
  const double variance =
      std::max(outcome.loss_squared / n - mean_square * mean_square, 0.0) * n / (n - 1);
  return root_estimate(mean_square, std::sqrt(variance / n), outcome.n);
}

std::optional<Estimate> estimated_performance(const WatchedVersion& version,
                                              const TrafficSketch& traffic) {
  if (traffic.n_rows == 0) return std::nullopt;
  const bool regression = version.schema.task == data::Task::regression;
  if (version.losses)
    return regression ? estimated_rmse(*version.losses, traffic)
                      : estimated_accuracy(*version.losses, traffic);
  if (regression) return std::nullopt;
  const auto n = static_cast<double>(traffic.n_rows);
  return accuracy_estimate(traffic.expected_loss / n, traffic.expected_variance / (n * n),
                           traffic.n_rows);
}

}  // namespace mlops::observe
