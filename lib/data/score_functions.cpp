#include "data/score_functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace mlops::data {
namespace {

constexpr double kProbabilityFloor = 1e-15;
constexpr std::size_t kCalibrationBins = 10;

std::size_t class_count(const ScoreInput& input) {
  return input.predictions.n_classes;
}

double brier_loss(const ScoreInput& input, std::size_t row) {
  const auto probabilities = input.predictions.probabilities_of(row);
  const std::uint32_t truth = input.truth.classes[row];
  if (probabilities.size() == 2) {
    const double error = probabilities[1] - (truth == 1 ? 1.0 : 0.0);
    return error * error;
  }
  double sum = 0;
  for (std::size_t label = 0; label < probabilities.size(); ++label) {
    const double error = probabilities[label] - (truth == label ? 1.0 : 0.0);
    sum += error * error;
  }
  return sum;
}

double quantile_loss(double truth, double quantile, double share) {
  const double error = truth - quantile;
  return error >= 0 ? share * error : (share - 1) * error;
}

double pinball_loss(const ScoreInput& input, std::size_t row) {
  const double truth = input.truth.values[row];
  return 0.5 * (quantile_loss(truth, input.predictions.lower[row], 0.05) +
                quantile_loss(truth, input.predictions.upper[row], 0.95));
}

/// Weighted counts of one class against the rest.
struct ClassCounts {
  double truth = 0;
  double answered = 0;
  double right = 0;
};

std::vector<ClassCounts> count_classes(const ScoreInput& input) {
  std::vector<ClassCounts> counts(class_count(input));
  for (std::size_t row = 0; row < input.predictions.n_rows; ++row) {
    const double weight = input.weight(row);
    const std::uint32_t truth = input.truth.classes[row];
    const std::uint32_t answer = input.predictions.labels[row];
    counts[truth].truth += weight;
    counts[answer].answered += weight;
    if (truth == answer) counts[truth].right += weight;
  }
  return counts;
}

double f1_of(const ClassCounts& counts) {
  const double total = counts.truth + counts.answered;
  return total > 0 ? 2 * counts.right / total : std::nan("");
}

/// A row as the ranking metrics see it.
struct Ranked {
  double score;
  double weight;
  bool positive;
};

std::vector<Ranked> rank_by(const ScoreInput& input, std::size_t label) {
  std::vector<Ranked> rows;
  rows.reserve(input.predictions.n_rows);
  for (std::size_t row = 0; row < input.predictions.n_rows; ++row) {
    rows.push_back({input.predictions.probabilities_of(row)[label], input.weight(row),
                    input.truth.classes[row] == label});
  }
  std::sort(rows.begin(), rows.end(),
            [](const Ranked& a, const Ranked& b) { return a.score < b.score; });
  return rows;
}

double auc_of(const std::vector<Ranked>& rows) {
  double positives = 0;
  double negatives = 0;
  double area = 0;
  for (std::size_t first = 0; first < rows.size();) {
    double tied_positives = 0;
    double tied_negatives = 0;
    std::size_t last = first;
    for (; last < rows.size() && rows[last].score == rows[first].score; ++last)
      (rows[last].positive ? tied_positives : tied_negatives) += rows[last].weight;
    area += tied_positives * (negatives + tied_negatives / 2);
    positives += tied_positives;
    negatives += tied_negatives;
    first = last;
  }
  return positives > 0 && negatives > 0 ? area / (positives * negatives) : std::nan("");
}

}  // namespace

bool is_mean_of_row_losses(Metric metric) noexcept {
  switch (metric) {
    case Metric::log_loss:
    case Metric::accuracy:
    case Metric::brier:
    case Metric::rmse:
    case Metric::mae:
    case Metric::mape:
    case Metric::pinball:
      return true;
    default:
      return false;
  }
}

double row_loss(Metric metric, const ScoreInput& input, std::size_t row) {
  const Predictions& predictions = input.predictions;
  const Truth& truth = input.truth;
  switch (metric) {
    case Metric::log_loss:
      return -std::log(std::clamp(predictions.probabilities_of(row)[truth.classes[row]],
                                  kProbabilityFloor, 1.0));
    case Metric::accuracy:
      return predictions.labels[row] == truth.classes[row] ? 0.0 : 1.0;
    case Metric::brier:
      return brier_loss(input, row);
    case Metric::rmse:
      return (predictions.values[row] - truth.values[row]) *
             (predictions.values[row] - truth.values[row]);
    case Metric::mae:
      return std::abs(predictions.values[row] - truth.values[row]);
    case Metric::mape:
      return std::abs(predictions.values[row] - truth.values[row]) /
             std::max(std::abs(truth.values[row]), std::numeric_limits<double>::epsilon());
    case Metric::pinball:
      return pinball_loss(input, row);
    default:
      return std::nan("");
  }
}

double mean_loss(Metric metric, const ScoreInput& input) {
  double sum = 0;
  double weights = 0;
  for (std::size_t row = 0; row < input.predictions.n_rows; ++row) {
    sum += input.weight(row) * row_loss(metric, input, row);
    weights += input.weight(row);
  }
  return sum / weights;
}

double balanced_accuracy(const ScoreInput& input) {
  double sum = 0;
  double present = 0;
  for (const ClassCounts& counts : count_classes(input)) {
    if (counts.truth <= 0) continue;
    sum += counts.right / counts.truth;
    ++present;
  }
  return sum / present;
}

double f1(const ScoreInput& input) {
  const std::vector<ClassCounts> counts = count_classes(input);
  if (input.predictions.task == Task::binary) {
    const double value = f1_of(counts[1]);
    return std::isnan(value) ? 0.0 : value;
  }
  double sum = 0;
  double present = 0;
  for (const ClassCounts& one : counts) {
    const double value = f1_of(one);
    if (std::isnan(value)) continue;
    sum += value;
    ++present;
  }
  return sum / present;
}

double roc_auc(const ScoreInput& input) {
  if (input.predictions.task == Task::binary) return auc_of(rank_by(input, 1));
  double sum = 0;
  double present = 0;
  for (std::size_t label = 0; label < class_count(input); ++label) {
    const double area = auc_of(rank_by(input, label));
    if (std::isnan(area)) continue;
    sum += area;
    ++present;
  }
  return present > 0 ? sum / present : std::nan("");
}

double average_precision(const ScoreInput& input) {
  std::vector<Ranked> rows = rank_by(input, 1);
  std::reverse(rows.begin(), rows.end());
  const double positives = std::accumulate(
      rows.begin(), rows.end(), 0.0,
      [](double sum, const Ranked& row) { return sum + (row.positive ? row.weight : 0.0); });
  if (positives <= 0) return std::nan("");
  double right = 0;
  double seen = 0;
  double area = 0;
  for (std::size_t first = 0; first < rows.size();) {
    const double before = right;
    std::size_t last = first;
    for (; last < rows.size() && rows[last].score == rows[first].score; ++last) {
      seen += rows[last].weight;
      if (rows[last].positive) right += rows[last].weight;
    }
    // Rows of no weight before the first that counts have no precision.
    if (right > before) area += (right - before) / positives * (right / seen);
    first = last;
  }
  return area;
}

std::vector<CalibrationBin> calibration_bins(const ScoreInput& input) {
  std::vector<CalibrationBin> bins(kCalibrationBins);
  const bool binary = input.predictions.task == Task::binary;
  for (std::size_t row = 0; row < input.predictions.n_rows; ++row) {
    const std::uint32_t label = binary ? 1 : input.predictions.labels[row];
    const double confidence = input.predictions.probabilities_of(row)[label];
    const auto index =
        std::min(kCalibrationBins - 1, static_cast<std::size_t>(confidence * kCalibrationBins));
    const double weight = input.weight(row);
    bins[index].weight += weight;
    bins[index].confidence += weight * confidence;
    bins[index].right += input.truth.classes[row] == label ? weight : 0.0;
  }
  return bins;
}

double expected_calibration_error(const ScoreInput& input) {
  double error = 0;
  double total = 0;
  for (const CalibrationBin& bin : calibration_bins(input)) {
    error += std::abs(bin.confidence - bin.right);
    total += bin.weight;
  }
  return error / total;
}

double r_squared(const ScoreInput& input) {
  double weights = 0;
  double mean = 0;
  for (std::size_t row = 0; row < input.predictions.n_rows; ++row) {
    weights += input.weight(row);
    mean += input.weight(row) * input.truth.values[row];
  }
  mean /= weights;
  double residual = 0;
  double total = 0;
  for (std::size_t row = 0; row < input.predictions.n_rows; ++row) {
    const double truth = input.truth.values[row];
    residual += input.weight(row) * row_loss(Metric::rmse, input, row);
    total += input.weight(row) * (truth - mean) * (truth - mean);
  }
  return total > 0 ? 1 - residual / total : std::nan("");
}

}  // namespace mlops::data
