// The page about a version that a business person can read: what it predicts, from what, how well
// with what certainty, from which data, how to use it, how it will be watched.
#pragma once

#include <cstdint>
#include <string>

#include "learn/train.hpp"

namespace mlops::workflow {

struct ModelCardInput {
  std::string name;
  const learn::TrainingResult& result;
  std::string data_source;
  std::uint64_t n_rows = 0;
};

/// Markdown.
[[nodiscard]] std::string model_card(const ModelCardInput& input);

}  // namespace mlops::workflow
