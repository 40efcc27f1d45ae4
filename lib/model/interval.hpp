// Prediction intervals of regression models: the answer plus and minus conformal quantiles of
// held-out residuals, optionally scaled by a second predictor where errors are uneven.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "model/predictor.hpp"

namespace mlops::model {

/// Predicts how large errors are around a row.
struct ErrorScale {
  std::size_t encoder = 0;     ///< index into Pipeline::encoders
  Predictor predictor;         ///< one output
  Link link = Link::identity;  ///< identity, exponential or square
  LinkParameters parameters;
  double floor = 0;  ///< > 0: the scale is max(floor, answer)
};

/// [value - below x scale(row), value + above x scale(row)], scale = 1 without an ErrorScale.
/// Source: Vovk, Gammerman, Shafer, "Algorithmic learning in a random world", 2005 (split
/// conformal); Lei et al., "Distribution-free predictive inference for regression", 2018, section
/// 5.2 (locally weighted).
struct ConformalInterval {
  double coverage = 0.9;  ///< nominal share of answers inside
  double below = 0;       ///< >= 0, finite
  double above = 0;       ///< >= 0, finite
  std::optional<ErrorScale> scale;
};

}  // namespace mlops::model
