// Permutation importance on rows the model never saw. Source: Breiman, "Random forests", 2001,
// section 10; Fisher, Rudin, Dominici, "All models are wrong, but many are useful", 2019.
#pragma once

#include <vector>

#include "base/cancel.hpp"
#include "learn/dataset.hpp"
#include "learn/split.hpp"
#include "learn/train.hpp"
#include "model/pipeline.hpp"

namespace mlops::learn {

/// A model and the rows it may be judged on.
struct ScoredPart {
  model::Pipeline pipeline;
  RowIndices rows;
};

/// Loss increase a feature, in feature order: mean over repeated shuffles of the feature's cells,
/// with the 95 % interval of that mean (Student's t over the shuffles). Rows are sampled where
/// there are many, and where more than 630 features would take too long only those with the largest
/// contributions are shuffled; the others count 0. Deterministic.
[[nodiscard]] std::vector<FeatureImportance> permutation_importance(
    const Dataset& dataset, const std::vector<ScoredPart>& parts, const TrainingOptions& options,
    const CancelToken& cancel);

}  // namespace mlops::learn
