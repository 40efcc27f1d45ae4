// What a version's losses were on held-out rows, by what could be known of them beforehand: the
// calibrator of the estimate without labels, and the reference of the streams that watch losses.
// Made at training, stored with the version, read by monitoring.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/json.hpp"
#include "data/metrics.hpp"
#include "data/predictions.hpp"
#include "data/profile.hpp"

namespace mlops::observe {

/// Bins of the loss that a model expects of itself (classification) and of a loss that happened
/// (regression). Part of the on-disk format: sketches are made of them.
inline constexpr std::size_t kExpectedLossBins = 40;
inline constexpr std::size_t kLossBins = 64;

/// The bin of an expected 0/1 loss in [0, 1]; bins are even on the square root's scale, so that
/// sure models are resolved.
[[nodiscard]] std::size_t expected_loss_bin(double loss) noexcept;
/// The loss in the middle of that bin.
[[nodiscard]] double expected_loss_of_bin(std::size_t bin) noexcept;

/// The bin of |error| / scale; the last one holds everything from 1 on.
[[nodiscard]] std::size_t loss_bin(double scaled_error) noexcept;
/// Lower end and middle of that bin.
[[nodiscard]] double loss_bin_lower(std::size_t bin) noexcept;
[[nodiscard]] double loss_bin_middle(std::size_t bin) noexcept;

/// Losses of held-out rows. E estimate bins (classification: of 1 - probability of the answer;
/// regression: bins of the predicted value) by L loss bins (classification: right, wrong;
/// regression: |error| / scale).
struct LossProfile {
  data::Task task = data::Task::regression;
  /// Regression: the 99.5 % quantile of |error|, > 0. Classification: 1.
  double scale = 1;
  std::size_t n_estimate_bins = 0;
  std::size_t n_loss_bins = 0;
  std::vector<std::uint64_t> counts;  ///< E x L, row-major
  /// Regression: sums of error^2 and error^4 of each estimate bin. Otherwise empty.
  std::vector<double> squared;
  std::vector<double> fourth;

  [[nodiscard]] std::uint64_t count(std::size_t estimate, std::size_t loss) const {
    return counts[estimate * n_loss_bins + loss];
  }
  [[nodiscard]] std::uint64_t n_of_estimate(std::size_t estimate) const;
  [[nodiscard]] std::uint64_t n_rows() const;
};

/// From predictions for rows the model was not fitted on. `profile` is the version's own.
/// Requires: equal lengths, at least one row.
[[nodiscard]] LossProfile build_loss_profile(const data::Predictions& predictions,
                                             const data::Truth& truth,
                                             const data::ReferenceProfile& profile);

/// Calibrated expected loss of each estimate bin. Classification: share of wrong answers, made
/// monotone in the expected loss (pool adjacent violators; Ayer et al., Ann. Math. Stat. 26, 1955),
/// a bin without rows takes the next one's. Regression: mean of the loss bins' middles, drawn to
/// the overall mean as if 20 rows had it (direct loss estimation with a piecewise constant model).
[[nodiscard]] std::vector<double> calibrated_losses(const LossProfile& profile);

[[nodiscard]] Json to_json(const LossProfile& profile);
/// Throws corrupt on a wrong shape.
[[nodiscard]] LossProfile loss_profile_from_json(const Json& json);

}  // namespace mlops::observe
