// Trials that depend on how the list went: finer versions of what did best. A stage is made only
// when every trial before it has run to its end, so that equal trial counts see equal trials.
#pragma once

#include <cstdint>
#include <vector>

#include "learn/candidate.hpp"
#include "learn/train.hpp"

namespace mlops::learn {

/// The trials of stage 1, 2, ... after the list; empty where there is no such stage. balanced and
/// best: slower versions of the two best boosters; best: 30 random steps around the winner.
[[nodiscard]] std::vector<Trial> follow_up_trials(const std::vector<const Candidate*>& candidates,
                                                  Preset preset, unsigned stage,
                                                  std::uint64_t seed);

}  // namespace mlops::learn
