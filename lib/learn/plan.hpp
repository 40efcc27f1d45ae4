// The fixed list of trials: which, in which order, at which sizes. The clock only says where the
// list ends. Where the order and the parameters come from: docs/decisions/007-the-search-plan.md.
#pragma once

#include <vector>

#include "learn/dataset.hpp"
#include "learn/split.hpp"
#include "learn/train.hpp"
#include "learn/trial.hpp"

namespace mlops::learn {

/// The facts the list depends on.
struct PlanInput {
  data::Task task = data::Task::regression;
  std::size_t n_rows = 0;
  std::size_t n_classes = 0;
  std::size_t n_features = 0;
  std::size_t most_levels = 0;        ///< of any category feature
  bool has_negative_targets = false;  ///< regression
  bool has_weights = false;
  Preset preset = Preset::balanced;
  double max_latency_us = 100;  ///< as TrainingOptions has it
};

[[nodiscard]] PlanInput plan_input(const Dataset& dataset, const RowIndices& rows,
                                   const TrainingOptions& options);

/// The trials in order, without the dummy. Names are unique.
[[nodiscard]] std::vector<Trial> make_plan(const PlanInput& input);

/// Which part of the rows judges, how often, and how the search ends.
struct SearchShape {
  unsigned n_folds = 5;        ///< 1: one holdout
  double holdout_share = 0.2;  ///< with n_folds 1
  unsigned most_members = 4;
  bool average_folds = false;  ///< deploy the fold models instead of a refit
};
[[nodiscard]] SearchShape search_shape(std::size_t n_rows, const TrainingOptions& options);

}  // namespace mlops::learn
