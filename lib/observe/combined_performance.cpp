// Prediction-powered inference over the bins of the estimate.
#include <algorithm>
#include <cmath>

#include "observe/performance.hpp"

namespace mlops::observe {
namespace {

constexpr double kZ95 = 1.959963984540054;

/// Expected loss of each estimate bin: share of wrong answers, or mean squared error.
std::vector<double> expected_by_bin(const LossProfile& losses) {
  if (losses.task != data::Task::regression) return calibrated_losses(losses);
  double overall = 0;
  for (const double squared : losses.squared)
    overall += squared / static_cast<double>(losses.n_rows());
  std::vector<double> expected;
  for (std::size_t bin = 0; bin < losses.n_estimate_bins; ++bin) {
    const auto n = static_cast<double>(losses.n_of_estimate(bin));
    expected.push_back(n > 0 ? losses.squared[bin] / n : overall);
  }
  return expected;
}

/// Of a loss bin, in the units of `expected_by_bin`.
double loss_of_bin(const LossProfile& losses, std::size_t bin) {
  if (losses.task != data::Task::regression) return static_cast<double>(bin);
  const double error = loss_bin_middle(bin) * losses.scale;
  return error * error;
}

/// First and second moments of the expected loss over some rows.
struct Moments {
  double n = 0;
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const std::vector<double>& expected, const std::vector<double>& counts) {
  Moments moments;
  double square = 0;
  for (std::size_t bin = 0; bin < expected.size(); ++bin) {
    moments.n += counts[bin];
    moments.mean += counts[bin] * expected[bin];
    square += counts[bin] * expected[bin] * expected[bin];
  }
  if (moments.n == 0) return moments;
  moments.mean /= moments.n;
  moments.variance = std::max(square / moments.n - moments.mean * moments.mean, 0.0);
  return moments;
}

/// The labelled rows: their losses beside what was expected of them.
struct Labelled {
  Moments expected;
  double mean_loss = 0;
  double loss_variance = 0;
  double covariance = 0;  ///< of loss and expected loss
};

Labelled labelled_rows(const LossProfile& losses, const std::vector<double>& expected,
                       const OutcomeSketch& outcomes) {
  std::vector<double> counts(expected.size(), 0);
  double products = 0;
  double binned = 0;
  for (std::size_t e = 0; e < expected.size(); ++e) {
    for (std::size_t l = 0; l < losses.n_loss_bins; ++l) {
      const auto n = static_cast<double>(outcomes.losses[e * losses.n_loss_bins + l]);
      counts[e] += n;
      products += n * expected[e] * loss_of_bin(losses, l);
      binned += n * loss_of_bin(losses, l);
    }
  }
  Outcome sum;
  for (const Outcome& minute : outcomes.by_minute) sum.add(minute);
  Labelled result{.expected = moments_of(expected, counts)};
  const double n = result.expected.n;
  if (n == 0) return result;
  result.mean_loss = sum.loss / n;
  result.loss_variance = std::max(sum.loss_squared / n - result.mean_loss * result.mean_loss, 0.0);
  result.covariance = products / n - result.expected.mean * binned / n;
  return result;
}

Estimate in_metric(data::Task task, double loss, double standard_error, std::uint64_t n) {
  const double half = kZ95 * standard_error;
  if (task != data::Task::regression)
    return {std::clamp(1 - loss, 0.0, 1.0), std::max(1 - loss - half, 0.0),
            std::min(1 - loss + half, 1.0), n};
  const double root = std::sqrt(std::max(loss, 0.0));
  if (!(loss > 0)) return {root, root, root, n};
  const double spread = std::exp(0.5 * half / loss);
  return {root, root / spread, root * spread, n};
}

}  // namespace

std::optional<Estimate> combined_performance(const WatchedVersion& version,
                                             const TrafficSketch& traffic,
                                             const OutcomeSketch& outcomes) {
  if (!version.losses) return std::nullopt;
  const LossProfile& losses = *version.losses;
  const std::vector<double> expected = expected_by_bin(losses);
  const Labelled labelled = labelled_rows(losses, expected, outcomes);
  const double n = labelled.expected.n;
  if (n < 2) return std::nullopt;
  std::vector<double> unlabelled(expected.size(), 0);
  for (std::size_t e = 0; e < expected.size(); ++e) {
    double known = 0;
    for (std::size_t l = 0; l < losses.n_loss_bins; ++l)
      known += static_cast<double>(outcomes.losses[e * losses.n_loss_bins + l]);
    unlabelled[e] = std::max(static_cast<double>(traffic.estimates[e]) - known, 0.0);
  }
  const Moments others = moments_of(expected, unlabelled);
  double weight = 0;  // of the estimate: lambda
  if (others.n > 0 && labelled.expected.variance > 0)
    weight = std::clamp(labelled.covariance / ((1 + n / others.n) * labelled.expected.variance),
                        0.0, 1.0);
  const double loss = weight * others.mean + labelled.mean_loss - weight * labelled.expected.mean;
  const double residual = std::max(labelled.loss_variance - 2 * weight * labelled.covariance +
                                       weight * weight * labelled.expected.variance,
                                   0.0);
  double variance = residual / (n - 1);
  if (others.n > 0) variance += weight * weight * others.variance / others.n;
  return in_metric(losses.task, loss, std::sqrt(variance),
                   static_cast<std::uint64_t>(n + others.n));
}

}  // namespace mlops::observe
