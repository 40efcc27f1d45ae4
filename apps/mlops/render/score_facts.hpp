// Phrases about scores that `train` and `show` share.
#pragma once

#include <string>
#include <vector>

#include "data/metrics.hpp"
#include "learn/train.hpp"
#include "render/capabilities.hpp"

namespace mlops::render {

/// "log_loss 0.579   ✓ the model is better": the dummy's score beside `own`.
[[nodiscard]] std::string dummy_text(const data::MetricValue& own, const data::MetricValue& dummy,
                                     const Capabilities& capabilities);

/// "accuracy 0.806 · f1 0.621", without `own`.
[[nodiscard]] std::string other_metrics_text(const std::vector<data::MetricValue>& metrics,
                                             data::Metric own, const Capabilities& capabilities);

/// The most important features with their shares: "contract 31 % · tenure 22 %". Empty when none
/// matters.
[[nodiscard]] std::string importance_text(std::vector<learn::FeatureImportance> importance,
                                          const Capabilities& capabilities);

}  // namespace mlops::render
