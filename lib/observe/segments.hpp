// Performance by parts of the predictions: one feature's level or bin at a time.
#pragma once

#include <optional>

#include "observe/health.hpp"
#include "observe/sketch.hpp"

namespace mlops::observe {

/// The segment with the largest excess of its mean loss over that of all other labelled rows, among
/// those where the excess is beyond chance: a one-sided test at 5 % over all segments together
/// (Bonferroni; Welch's variance, normal approximation). Segments and rests with fewer than 30
/// labels do not take part.
[[nodiscard]] std::optional<SegmentHealth> worst_segment(const WatchedVersion& version,
                                                         const OutcomeSketch& outcomes);

}  // namespace mlops::observe
