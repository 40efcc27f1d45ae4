// What model.yaml's `retraining` says about how often a model may be trained, how long a
// promoted one is on probation and how often either judgement may err: what the loop keeps to,
// beside policy.hpp's triggers.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.hpp"

namespace mlops::observe {

struct RetrainLimits {
  /// Trainings in any 24 hours at most; asking by hand is not limited.
  std::uint64_t max_per_day = 4;
  /// How long a promoted model is compared with the one it replaced on what has become known of its
  /// answers; 0: not at all.
  std::int64_t probation_micros = 7 * kMicrosPerDay;
  /// Chance at most that a challenger which is no better is promoted, and that a promoted one which
  /// is no worse is taken back. Chosen by us, the field's usual 5 %.
  double wrong_promotions = 0.05;
  double wrong_rollbacks = 0.05;
};

/// From model.yaml's text. Throws as `parse_policy` does.
[[nodiscard]] RetrainLimits parse_retrain_limits(std::string_view yaml, std::string_view source);

}  // namespace mlops::observe
