// The page about a version that a business person can read: what it predicts, how well with what
// certainty, where it is weak, from what, from which data, how to use it, how it will be watched.
#pragma once

#include <string>
#include <vector>

#include "data/finding.hpp"
#include "data/table.hpp"
#include "learn/train.hpp"

namespace mlops::workflow {

struct ModelCardInput {
  std::string name;
  const learn::TrainingResult& result;
  const data::Table& held_out;  ///< the rows that scored, in the order of their predictions
  std::string data_source;
  std::size_t n_rows = 0;  ///< trained from, the held-out ones included
  std::vector<data::Finding> warnings;
};

/// Markdown. The same input gives the same text: it holds no date and no time.
[[nodiscard]] std::string model_card(const ModelCardInput& input);

}  // namespace mlops::workflow
