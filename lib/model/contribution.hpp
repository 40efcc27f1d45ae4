// Why a row got its raw score: one number a feature. What is exact and what is approximated:
//   forest  exact path-dependent TreeSHAP
//   linear  exact: weight x (input - training mean)
//   kernel, mlp  integrated gradients from the training mean to the row, 64 midpoints
//           (Sundararajan, Taly, Yan, "Axiomatic attribution for deep networks", 2017), the
//           remaining difference shared in proportion; no sampling
// Inputs are summed to the feature they came from; members are averaged by weight.
//
// The raw score that is explained:
//   regression  the answer before clamping to [minimum, maximum]. For exponential and square links
//           a member's contributions are scaled by the secant of its link between base and row, so
//           that they are in the target's unit and add up.
//   classes  the weighted mean of the members' scores of one class (binary: the second; otherwise
//           the answered one): logistic, one_vs_rest: the log odds z; softmax: the margin z of the
//           class; clipped_share: log odds (binary) or log of the clamped share, by the secant;
//           each plus the logarithm of the member's class factor, where it has any.
// Calibration and threshold come after the raw score.
#pragma once

#include "data/conform.hpp"
#include "data/predictions.hpp"
#include "model/model.hpp"
#include "model/pipeline.hpp"

namespace mlops::model {

/// Contributions of each input to one output's margin for one row, by the method above. Adds to
/// `contributions` (n_inputs) and returns the base: base + sum = margin up to rounding (forests:
/// float32 rounding).
[[nodiscard]] double contribute(const Predictor& predictor, std::span<const float> inputs,
                                std::size_t output, std::span<double> contributions);

/// Contributions of rows whose answers are `answers`. base + sum = raw score to 1e-9 relative.
[[nodiscard]] Contributions explain(const Pipeline& pipeline, const data::ConformedRows& rows,
                                    const data::Predictions& answers);

}  // namespace mlops::model
