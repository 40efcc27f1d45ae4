// Judging a way of learning by what comes next: the new rows in blocks of their order; each block
// but the first is answered by a model that has learnt only from what came before it. What is
// promoted then answers the rows after the last block, which is what the judging looked like.
#pragma once

#include <string>
#include <vector>

#include "data/schema.hpp"
#include "data/table.hpp"
#include "learn/train.hpp"

namespace mlops::workflow {

/// One block that judges.
struct ForwardFold {
  std::size_t end = 0;               ///< rows from here on are unknown to its training
  std::vector<std::size_t> judging;  ///< ascending rows of the table before `end`
};

/// Blocks that judge. Chosen by us: two thirds of the new rows judge, and each way of learning is
/// tried twice.
inline constexpr std::size_t kForwardFolds = 2;

/// Blocks of about equal size over the ascending `new_rows`; the first of them is never judged.
/// Fewer where there are few rows; the last ends with the table. Not empty where `new_rows` is not.
/// Not a random draw: neighbours in time resemble each other, and a model that has learnt from a
/// row's neighbours on both sides answers it better than it will ever answer tomorrow's.
[[nodiscard]] std::vector<ForwardFold> forward_folds(const std::vector<std::size_t>& new_rows,
                                                     std::size_t n_rows);

/// What to learn from, and how.
struct ForwardRequest {
  const data::Table& table;  ///< oldest rows first
  const data::Schema& schema;
  const std::vector<ForwardFold>& folds;
  std::size_t first_row = 0;  ///< of the table; what is before it is forgotten
  const learn::TrainingOptions& training;
  const CancelToken& cancel;
};

struct ForwardResult {
  learn::TrainingResult result;   ///< of the last fold, fitted on everything; rows from `first_row`
  data::Table table;              ///< what it learnt from
  std::vector<std::size_t> rows;  ///< that judged, in all folds: ascending rows of `table`
  data::Predictions answers;      ///< to them, each by a model that had not seen it
};

/// Trains once a fold. The last fold's search keeps to the options' limits, the others repeat its
/// number of trials. Throws what training throws.
[[nodiscard]] ForwardResult learn_forward(const ForwardRequest& request,
                                          const learn::ProgressSink& progress);

}  // namespace mlops::workflow
