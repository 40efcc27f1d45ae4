// The closed set of things that turn encoded inputs into margins, and from margins to answers: the
// link. Order of the alternatives is part of the on-disk format: add at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/forest.hpp"
#include "model/kernel.hpp"
#include "model/linear.hpp"
#include "model/mlp.hpp"

namespace mlops::model {

using Predictor = std::variant<Forest, Linear, KernelExpansion, Mlp>;

[[nodiscard]] std::size_t n_inputs(const Predictor& predictor) noexcept;
[[nodiscard]] std::size_t n_outputs(const Predictor& predictor) noexcept;

/// Margins, n_rows x n_outputs, of n_rows x n_inputs inputs.
void predict_margins(const Predictor& predictor, std::span<const float> inputs, std::size_t n_rows,
                     std::span<double> margins);

/// How margins become an answer. Let z = margin x margin_scale + margin_shift (see Member).
/// "Binary" below means one output that speaks of the second class; otherwise there is one output a
/// class. Part of the on-disk format: add, never renumber.
enum class Link : std::uint8_t {
  identity = 0,     ///< regression: z + offset
  exponential = 1,  ///< regression: exp(z) + offset (poisson; log1p targets with offset -1)
  square = 2,       ///< regression: max(z, 0)^2 + offset (sqrt targets; offset: residual variance)
  logistic = 3,     ///< binary: 1 / (1 + exp(-z))
  softmax = 4,      ///< classes: exp(z_k) / sum
  one_vs_rest = 5,  ///< classes: logistic of each z, divided by their sum
  clipped_share = 6,  ///< clamp(z, floor, 1 - floor) binary; clamp(z, floor, 1) / sum for classes
};

std::string_view to_string(Link link) noexcept;
/// True for identity, exponential and square: one margin becomes a value, not probabilities.
[[nodiscard]] bool is_regression(Link link) noexcept;

/// The numbers of a link.
struct LinkParameters {
  double margin_scale = 1;
  double margin_shift = 0;
  double offset = 0;    ///< added after identity, exponential, square
  double floor = 1e-7;  ///< clipped_share: smallest share, in (0, 0.5); e.g. 0.5 / training rows
  /// Classes: probabilities are multiplied by these and normalised, last; empty: they are not. A
  /// member fitted with class weights w answers for classes in these proportions; factors 1 / w
  /// lead back to the data's own. Source: Elkan, "The foundations of cost-sensitive learning",
  /// 2001, theorem 2.
  std::vector<double> class_factors;
  bool operator==(const LinkParameters&) const = default;
};

/// Margins of rows -> answers of rows. Regression: n_rows values. Classification: n_rows x
/// n_classes probabilities in (0, 1) that sum to 1; a binary link has one margin and two answers a
/// row.
void apply_link(Link link, const LinkParameters& parameters, std::span<const double> margins,
                std::size_t n_rows, std::span<double> answers);

/// Whether every number is one a class's probability may be multiplied by: 1e-12 to 1e12.
[[nodiscard]] bool are_class_weights(std::span<const double> weights) noexcept;

/// Multiplies the probabilities of one row by `factors`, one a class, and normalises them; none
/// becomes 0 or 1 (at least 1e-15). Requires: equal sizes, factors > 0.
void scale_classes(std::span<const double> factors, std::span<double> row) noexcept;

}  // namespace mlops::model
