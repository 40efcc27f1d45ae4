// Decides whether probabilities are corrected after the ensemble, and how. Everything is fitted and
// judged out of fold; without clear evidence nothing is done.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/calibration.hpp"

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

/// Factors that make the mean probabilities of classes stand to one another as their shares of the
/// rows do: the most likely intercepts. A class with fewer than 10 rows keeps its factor of `start`
/// (empty: all 1), as nothing can be learnt from these. Fixed point of factor *= share / mean.
/// Source of the iteration, a contraction: Berry, Levinsohn, Pakes, "Automobile prices in market
/// equilibrium", 1995, appendix I.
[[nodiscard]] model::ClassFactors fit_class_factors(const CalibrationRows& rows,
                                                    std::vector<double> start = {});

/// The calibration with the largest cross-fitted gain in log loss, if that gain exceeds two
/// standard errors of the paired difference and there are at least 2,000 rows; else nothing.
[[nodiscard]] std::optional<model::Calibration> choose_calibration(const CalibrationRows& rows);

/// The same for members fitted with class weights, whose mean probabilities weights have moved:
/// Platt or isotonic where they clearly gain, otherwise class factors.
[[nodiscard]] model::Calibration choose_weighted_calibration(const CalibrationRows& rows);

}  // namespace mlops::learn
