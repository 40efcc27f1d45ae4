// Trains the challenger: sets new rows aside for choosing how much of the past to learn from and,
// separately, for the gate; then trains, compares, and refits.
#pragma once

#include <string>
#include <vector>

#include "learn/train.hpp"
#include "workflow/environment.hpp"
#include "workflow/gate.hpp"
#include "workflow/retrain.hpp"
#include "workflow/retrain_data.hpp"

namespace mlops::workflow {

struct ChallengerConfig {
  std::string model;
  registry::Version champion = 0;
  const RetrainData& data;
  learn::TrainingOptions training;
  double margin = 0;  ///< of the gate
};

struct ChallengerResult {
  learn::TrainingResult result;  ///< row numbers count `table`'s rows
  data::Table table;             ///< what it learnt from
  std::vector<WindowChoice> windows;
  std::string metric;
  GateReport gate;
};

/// New rows held out: `choice` picks the window, `gate` judges. Both ascending row numbers of the
/// assembled table, disjoint, all of them new rows.
struct HeldOut {
  std::vector<std::size_t> choice;
  std::vector<std::size_t> gate;
};

/// A seeded draw: 15 % of the new rows for the choice, 30 % for the gate.
[[nodiscard]] HeldOut draw_held_out(std::size_t n_old, std::size_t n_rows, std::uint64_t seed);

[[nodiscard]] ChallengerResult train_challenger(const ChallengerConfig& config,
                                                const Environment& environment,
                                                const learn::ProgressSink& progress);

}  // namespace mlops::workflow
