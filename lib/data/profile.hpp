// What the features and the answers looked like on rows the model was not fitted on, with bins
// frozen for good: the reference that live data is compared with.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data/conform.hpp"
#include "data/predictions.hpp"
#include "data/schema.hpp"

namespace mlops::data {

/// Reference distribution of one feature or of the prediction.
///
/// Bins of a number or datetime: `edges` are k-1 ascending cut points, bin i holds values in
/// (edges[i-1], edges[i]]; at most 22: 20 quantile bins, the outer ones cut at 1 % and 99 %. Bins
/// of a category or boolean: one a level (the 50 most frequent), one for all others, in that order.
/// Missing and unseen are counted beside the bins, never in them.
struct ColumnProfile {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  std::vector<double> edges;
  std::vector<std::string> levels;
  std::vector<std::uint64_t> counts;  ///< a bin's reference rows
  std::uint64_t n_present = 0;
  std::uint64_t n_missing = 0;
  std::uint64_t n_unseen = 0;
  double mean = 0;
  double standard_deviation = 0;
  double minimum = 0;
  double maximum = 0;
  /// Share of the model's permutation importance, 0..1; 0 for the prediction.
  double importance = 0;

  [[nodiscard]] std::size_t n_bins() const noexcept { return counts.size(); }
  /// The bin of a conformed cell. Requires: not NaN and not kUnseenCategory.
  [[nodiscard]] std::size_t bin_of(double cell) const noexcept;
};

/// The whole reference.
struct ReferenceProfile {
  std::vector<ColumnProfile> features;  ///< in the order of conformed cells
  /// Regression: the value. Classification: binary, the positive class's probability;
  /// multiclass, the answered class as a category.
  ColumnProfile prediction;
  std::uint64_t n_rows = 0;
};

[[nodiscard]] ReferenceProfile build_profile(const Schema& schema, const ConformedRows& rows,
                                             const Predictions& predictions,
                                             std::span<const double> importance);

/// The scalar of one row's prediction that `ReferenceProfile::prediction` describes.
[[nodiscard]] double prediction_cell(const Predictions& predictions, std::size_t row);

[[nodiscard]] Json to_json(const ReferenceProfile& profile);
/// Throws corrupt on a wrong shape.
[[nodiscard]] ReferenceProfile profile_from_json(const Json& json);

}  // namespace mlops::data
