// The part of a model card that says how good the answers are, in sentences first: per class for
// classification, by size of error for regression.
#pragma once

#include <string>

#include "data/metrics.hpp"
#include "learn/train.hpp"

namespace mlops::workflow {

/// Held-out answers and what was true. Borrowed, equal lengths.
struct CardScores {
  const learn::TrainingResult& result;
  const data::Truth& truth;
};

/// Markdown paragraphs and tables, without a heading.
[[nodiscard]] std::string scores_text(const CardScores& scores);

}  // namespace mlops::workflow
