// From rows to a model and honest answers: the search, the model that never saw the held-out rows,
// and the model to deploy.
#pragma once

#include <vector>

#include "data/predictions.hpp"
#include "learn/importance.hpp"
#include "learn/search.hpp"

namespace mlops::learn {

/// Models that never saw some rows, their answers for these, and the model to deploy.
struct Outcome {
  std::vector<ScoredPart> parts;  ///< one, or one an outer fold
  RowIndices rows;                ///< of all parts, ascending
  data::Predictions predictions;  ///< of `rows`, each by the part's model that did not see it
  data::Predictions dummy;        ///< the dummy's of the same rows
  model::Pipeline deployed;
  SearchResult found;  ///< of the search whose ensemble is deployed
  /// Large data: the candidates of the screening, judged on other rows than `found`.
  std::vector<Candidate> screened;
  Json recipe;
};

/// What every step needs. References outlive the call.
struct ExplorationContext {
  const Dataset& dataset;
  const TrainingOptions& options;  ///< threads resolved, metric set
  const SearchClock& clock;
  const ProgressSink& progress;
  const CancelToken& cancel;

  /// Reports a note; throws interrupted when cancelled.
  void note(std::string message) const;
};

/// With 1,000 rows or more, or when the held-out rows are given: a part is held out, the search
/// works on the others, the found ensemble is fitted on these for the score and on all rows for
/// deployment. With fewer: the search works on all rows for deployment, and the whole search is
/// repeated with as many trials in each of 5 outer folds; every row is scored by the fold that did
/// not see it (rows of classes too rare to be split are in no part). With 100,000 development rows
/// or more the plan is screened on a sample of them and the winners are fitted on all; from 400,000
/// rows on the deployed model is the scored one.
/// Throws interrupted, invalid_argument for held-out rows that leave one side empty.
[[nodiscard]] Outcome explore(const ExplorationContext& context);

}  // namespace mlops::learn
