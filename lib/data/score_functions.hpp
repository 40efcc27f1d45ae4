// The formulas behind metrics.hpp, one function each.
#pragma once

#include <span>
#include <vector>

#include "data/metrics.hpp"

namespace mlops::data {

/// What every score looks at; borrowed. `weights` is empty or one a row.
struct ScoreInput {
  const Predictions& predictions;
  const Truth& truth;
  std::span<const double> weights;

  [[nodiscard]] double weight(std::size_t row) const {
    return weights.empty() ? 1.0 : weights[row];
  }
};

/// log_loss, accuracy (as 0/1 loss), brier, rmse (as squared error), mae, mape and pinball.
[[nodiscard]] bool is_mean_of_row_losses(Metric metric) noexcept;

/// Loss of one row. log_loss: -ln of the true class's probability, clipped at 1e-15 as scikit-learn
/// did until 1.2. brier: squared distance of the probabilities from the truth, for binary of the
/// positive class alone (Brier, Monthly Weather Review 78, 1950). mape: |error| / max(|truth|,
/// 2.2e-16). pinball: mean of the losses of the interval's ends at 5 % and 95 % (Koenker & Bassett,
/// Econometrica 46, 1978); NaN without an interval.
[[nodiscard]] double row_loss(Metric metric, const ScoreInput& input, std::size_t row);

/// Weighted mean of row losses.
[[nodiscard]] double mean_loss(Metric metric, const ScoreInput& input);

/// Mean over the classes present of the share of their rows answered rightly.
[[nodiscard]] double balanced_accuracy(const ScoreInput& input);

/// Binary: F1 of the positive class; multiclass: unweighted mean over classes present in truth or
/// answers. 0 for a class without true positives. Source: van Rijsbergen, 1979.
[[nodiscard]] double f1(const ScoreInput& input);

/// Binary: area under the ROC curve by the rank sum with ties at half (Hanley & McNeil, Radiology
/// 143, 1982); multiclass: unweighted mean of one against the rest over classes present. NaN when
/// only one class is present.
[[nodiscard]] double roc_auc(const ScoreInput& input);

/// Average precision of the positive class: sum over thresholds of precision times the step in
/// recall. NaN without positives.
[[nodiscard]] double average_precision(const ScoreInput& input);

/// Rows whose confidence lies in one tenth of 0 to 1, as weighted sums.
struct CalibrationBin {
  double weight = 0;
  double confidence = 0;
  double right = 0;
};
/// The 10 bins, empty ones too; confidence as below.
[[nodiscard]] std::vector<CalibrationBin> calibration_bins(const ScoreInput& input);

/// Weighted mean over 10 bins of equal width of |confidence - accuracy|; confidence is the
/// positive class's probability (binary) or the answered class's. Source: Naeini, Cooper,
/// Hauskrecht, AAAI 2015.
[[nodiscard]] double expected_calibration_error(const ScoreInput& input);

/// 1 - residual sum of squares / total sum of squares; NaN when the truth is constant.
[[nodiscard]] double r_squared(const ScoreInput& input);

}  // namespace mlops::data
