#include "data/score_intervals.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "base/random.hpp"

namespace mlops::data {
namespace {

/// Work that a bootstrap may take, in rows times resamples; chosen by us to stay near a second.
constexpr double kBootstrapRows = 2e7;
constexpr unsigned kLeastResamples = 100;

/// Fewer resamples where there are many rows, and the percentiles' own noise is small anyway.
unsigned affordable_resamples(unsigned wanted, std::size_t n_rows) {
  const double affordable = kBootstrapRows / static_cast<double>(n_rows);
  if (affordable >= wanted) return wanted;
  return std::min(wanted, std::max(kLeastResamples, static_cast<unsigned>(affordable)));
}

/// Standard errors from the mean at a normal quantile, when the mean of n values of that skewness
/// is studentized: the inverse of Hall's cubic transformation. Source: Hall, "On the removal of
/// skewness by transformation", JRSS B 54 (1992) 221-228.
double skewed_quantile(double normal_quantile, double skewness, double n) {
  const double bend = skewness / std::sqrt(n);
  if (std::abs(bend) < 1e-9) return normal_quantile;
  return 3 / bend * (std::cbrt(1 + bend * (normal_quantile - bend / 6)) - 1);
}

/// Calibration errors that samples of this size would show if the true one were known.
class CalibrationWorld {
 public:
  CalibrationWorld(std::span<const CalibrationBin> bins, std::uint64_t seed) {
    double n_rows = 0;
    for (const CalibrationBin& bin : bins) n_rows += bin.weight;
    double mean_error = 0;
    for (const CalibrationBin& bin : bins) {
      if (bin.weight <= 0) continue;
      // One row of the confidence itself keeps a bin that was always right from being certain.
      const double share = (bin.right + bin.confidence / bin.weight) / (bin.weight + 1);
      shares_.push_back(bin.weight / n_rows);
      errors_.push_back(std::sqrt(share * (1 - share) / bin.weight));
      seen_ += std::abs(bin.confidence - bin.right);
      mean_error += shares_.back() * errors_.back();
    }
    if (n_rows > 0) seen_ /= n_rows;
    for (const double error : errors_) {
      gaps_.push_back(mean_error > 0 ? error / mean_error : 0);
    }
    Random random(seed);
    for (std::size_t i = 0; i < kSamples * errors_.size(); ++i) noise_.push_back(random.normal());
  }

  /// The error of the rows at hand.
  [[nodiscard]] double seen() const noexcept { return seen_; }

  /// How often a sample shows at least the error seen when the true one is `truth`.
  [[nodiscard]] double probability_of_more(double truth) const {
    std::size_t n_more = 0;
    const double* noise = noise_.data();
    for (std::size_t sample = 0; sample < kSamples; ++sample) {
      double shown = 0;
      for (std::size_t i = 0; i < errors_.size(); ++i) {
        shown += shares_[i] * std::abs(truth * gaps_[i] + errors_[i] * *noise++);
      }
      n_more += shown >= seen_ ? 1 : 0;
    }
    return static_cast<double>(n_more) / static_cast<double>(kSamples);
  }

  /// The true error under which that probability is reached; 0 and 1 are the ends.
  [[nodiscard]] double truth_of(double probability) const {
    double low = 0;
    double high = 1;
    if (probability_of_more(low) >= probability) return low;
    for (int step = 0; step < kHalvings; ++step) {
      const double middle = (low + high) / 2;
      (probability_of_more(middle) < probability ? low : high) = middle;
    }
    return high;
  }

 private:
  static constexpr std::size_t kSamples = 1000;
  static constexpr int kHalvings = 24;

  std::vector<double> shares_;  ///< of the rows, one a bin that has any
  std::vector<double> errors_;  ///< standard error of the bin's share of right answers
  std::vector<double> gaps_;    ///< |confidence - share| where the mean one is 1
  std::vector<double> noise_;   ///< kSamples x bins
  double seen_ = 0;
};

}  // namespace

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

Interval bootstrap_interval(Metric metric, const Predictions& predictions, const Truth& truth,
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

Interval calibration_error_interval(std::span<const CalibrationBin> bins, std::uint64_t seed) {
  const CalibrationWorld world(bins, seed);
  return {std::min(world.seen(), world.truth_of(0.025)),
          std::max(world.seen(), world.truth_of(0.975))};
}

bool has_mean_relative_error(std::span<const double> losses, std::span<const double> truths) {
  constexpr std::size_t kFewestLargest = 20;
  constexpr double kLeastIndex = 1.5;
  const auto [least, most] = std::minmax_element(truths.begin(), truths.end());
  if (truths.empty() || !(*least > 0 || *most < 0)) return false;
  const auto n_largest = std::min(std::max(kFewestLargest, losses.size() / 10), losses.size() / 2);
  if (n_largest == 0) return true;
  std::vector<double> sorted(losses.begin(), losses.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  if (!(sorted[n_largest] > 0)) return !(sorted.front() > 0);
  double excess = 0;
  for (std::size_t i = 0; i < n_largest; ++i) {
    excess += std::log(sorted[i] / sorted[n_largest]) / static_cast<double>(n_largest);
  }
  // No excess at all: every large error is the same. Otherwise the index is its inverse.
  return excess * kLeastIndex <= 1;
}

}  // namespace mlops::data
