// Probabilities corrected after the ensemble. Fitted by lib/learn, applied here.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace mlops::model {

/// Binary: logistic(slope x log odds + intercept). Source: Platt, "Probabilistic outputs for
/// support vector machines", 1999.
struct Platt {
  double slope = 1;
  double intercept = 0;
  bool operator==(const Platt&) const = default;
};

/// Binary: piecewise linear through (inputs[i], outputs[i]), constant beyond the ends. Source:
/// Zadrozny & Elkan, "Transforming classifier scores into accurate multiclass probability
/// estimates", 2002.
struct Isotonic {
  std::vector<double> inputs;   ///< ascending, in [0, 1], at least one
  std::vector<double> outputs;  ///< not descending, in [0, 1]
  bool operator==(const Isotonic&) const = default;
};

/// Any classes: p_k^(1/T), normalised. Source: Guo et al., "On calibration of modern neural
/// networks", 2017.
struct Temperature {
  double temperature = 1;  ///< > 0
  bool operator==(const Temperature&) const = default;
};

/// Any classes: p_k x factors[k], normalised: moves the mean of each class's probability and keeps
/// the odds between rows. Source: Elkan, "The foundations of cost-sensitive learning", 2001.
struct ClassFactors {
  std::vector<double> factors;  ///< one a class, > 0
  bool operator==(const ClassFactors&) const = default;
};

/// Order of the alternatives is part of the on-disk format: add at the end.
using Calibration = std::variant<Platt, Isotonic, Temperature, ClassFactors>;

/// "platt", "isotonic", "temperature" or "class_factors".
std::string_view name_of(const Calibration& calibration) noexcept;

/// Throws invalid_argument ("model.bad_calibration"): sizes, order, range, Platt or Isotonic with
/// other than two classes.
void validate(const Calibration& calibration, std::size_t n_classes);

/// Corrects rows of probabilities in place, n_rows x n_classes; rows sum to 1 afterwards and
/// no probability is 0 or 1 (at least 1e-15).
void calibrate(const Calibration& calibration, std::span<double> probabilities,
               std::size_t n_classes);

}  // namespace mlops::model
