// Prediction intervals from residuals of rows the answers were not fitted on.
#pragma once

#include <span>

#include "model/interval.hpp"

namespace mlops::learn {

/// Split conformal interval with `coverage`, each tail on its own: the finite-sample quantile
/// ceil((n + 1) (1 + coverage) / 2) of answer - truth and of truth - answer.
/// Source: Lei et al., "Distribution-free predictive inference for regression", 2018, section 2;
/// both tails as Romano, Patterson, Candes, "Conformalized quantile regression", 2019, theorem 2.
/// Requires: equal lengths. Without rows the interval has no width.
[[nodiscard]] model::ConformalInterval conformal_interval(std::span<const double> answers,
                                                          std::span<const double> truth,
                                                          double coverage = 0.9);

}  // namespace mlops::learn
