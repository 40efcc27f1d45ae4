// Trains the challenger: learns from every amount of past that is worth trying, takes what answers
// the newest rows best, and compares it on them with the champion.
#pragma once

#include <string>
#include <vector>

#include "learn/train.hpp"
#include "workflow/environment.hpp"
#include "workflow/forward.hpp"
#include "workflow/gate.hpp"
#include "workflow/retrain.hpp"
#include "workflow/retrain_data.hpp"

namespace mlops::workflow {

struct ChallengerConfig {
  std::string model;
  registry::Version champion = 0;
  const RetrainData& data;
  learn::TrainingOptions training;
  double margin = 0;                ///< of the gate
  double level = kWrongPromotions;  ///< of the gate
};

struct ChallengerResult {
  ForwardResult learnt;
  std::vector<WindowChoice> windows;
  std::string metric;
  GateReport gate;
};

/// Requires: new rows with a known outcome. Throws what training throws.
[[nodiscard]] ChallengerResult train_challenger(const ChallengerConfig& config,
                                                const Environment& environment,
                                                const learn::ProgressSink& progress);

}  // namespace mlops::workflow
