// Decides whether probabilities are corrected after the ensemble, and how. Everything is fitted and
// judged out of fold; without clear evidence nothing is done.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "data/metrics.hpp"
#include "model/calibration.hpp"
#include "model/pipeline.hpp"

namespace mlops::learn {

/// Answers of rows the models were not fitted on, with the truth.
struct CalibrationRows {
  std::span<const double> probabilities;   ///< n x n_classes
  std::span<const std::uint32_t> classes;  ///< n
  std::size_t n_classes = 2;
};

/// Temperature that minimises the log loss, clamped to [0.8, 1.25]: beyond, it is the sample that
/// speaks. Source: Guo et al., 2017; clamp chosen by us.
[[nodiscard]] model::Temperature fit_temperature(const CalibrationRows& rows);

/// Two classes. Source: Platt, 1999, with the targets and Newton steps of Lin, Lin, Weng, "A note
/// on Platt's probabilistic outputs for support vector machines", 2007.
[[nodiscard]] model::Platt fit_platt(const CalibrationRows& rows);

/// Two classes. Pool adjacent violators; outputs are kept off 0 and 1 by half a row a block.
/// Source: Zadrozny & Elkan, 2002.
[[nodiscard]] model::Isotonic fit_isotonic(const CalibrationRows& rows);

/// The calibration with the largest cross-fitted gain in log loss, if that gain exceeds two
/// standard errors of the paired difference and there are at least 2,000 rows; else nothing.
[[nodiscard]] std::optional<model::Calibration> choose_calibration(const CalibrationRows& rows);

/// The threshold on the second class's probability that does best by the metric; 0.5 when the
/// metric does not depend on labels or no other gains 0.002. Requires: two classes.
[[nodiscard]] double choose_threshold(data::Metric metric, const model::Pipeline& pipeline,
                                      std::span<const double> probabilities,
                                      const data::Truth& truth);

}  // namespace mlops::learn
