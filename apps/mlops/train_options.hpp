// The options of the search, the same in `train` and `retrain`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "learn/train.hpp"

namespace mlops::app {

/// 0 and empty mean "by preset" or "inferred".
struct TrainingFlags {
  std::string preset = "balanced";
  double time_limit_seconds = 0;
  unsigned max_trials = 0;
  std::string metric;
  std::string class_weights;
  unsigned folds = 0;
  std::uint64_t seed = 42;
  unsigned threads = 0;
  std::string time_column;
  double max_latency_us = 100;
};

void add_training_options(CLI::App& command, TrainingFlags& flags);
[[nodiscard]] learn::TrainingOptions to_training_options(const TrainingFlags& flags);

}  // namespace mlops::app
