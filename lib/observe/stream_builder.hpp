// Streams from reference counts: which scores of a histogram are watched, against which limits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/profile.hpp"
#include "observe/stream.hpp"

namespace mlops::observe {

/// Margins that a change must exceed before it counts: rank units or share points.
inline constexpr double kDriftMargin = 0.02;
inline constexpr double kBinMargin = 0.02 * 2 / 3;  // one of twenty bins

/// Mean and deviation of a score over reference counts. Requires: at least one row.
[[nodiscard]] ScoreReference reference_of(const std::vector<double>& score,
                                          const std::vector<std::uint64_t>& counts);

/// Everything about a stream but its scores and reference.
struct StreamPlan {
  std::string aspect;
  double share = 0;
  double margin = 0;
  double swing = 0;  ///< assumed within a day until days are known
};

/// The up side of a score that is not 0/1. Prepared.
[[nodiscard]] Stream mean_stream(StreamPlan plan, std::vector<double> score,
                                 const std::vector<std::uint64_t>& counts);

/// The up side of a 0/1 score that had share q among n reference rows. Prepared.
[[nodiscard]] Stream share_stream(StreamPlan plan, double q, double n);

/// A swing within a day that is assumed of a share q with that margin: the larger of 1.5 margins
/// and 0.3 deviations of the score.
[[nodiscard]] double share_swing(double q, double margin);

/// A 0/1 score against a limit that somebody set. Prepared.
[[nodiscard]] Stream fixed_share_stream(StreamPlan plan, double q, double limit);

/// What is watched of a column's distribution. Numbers: location and spread of the mid-ranks among
/// the reference, both sides, and each bin's share upwards (0.4, 0.3 and 0.3 of the share).
/// Categories: each level's share, both sides. Requires: at least two bins.
[[nodiscard]] std::vector<Stream> drift_streams(const data::ColumnProfile& profile, double share);

}  // namespace mlops::observe
