// What one row costs a model, estimated from its size so that the same trials give the same choice
// on every run; a measured time would not.
#pragma once

#include "learn/sample.hpp"
#include "learn/trial.hpp"

namespace mlops::learn {

/// Microseconds a single row, on the machine the constants were measured on. `n_trees` counts all
/// trees of all outputs.
[[nodiscard]] double estimated_latency_us(const TrialParameters& parameters, const Sample& train,
                                          double n_trees);

}  // namespace mlops::learn
