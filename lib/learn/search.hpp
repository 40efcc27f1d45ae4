// Runs the plan over the folds until the list, the trial limit or the clock ends, then chooses the
// ensemble.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "learn/candidate.hpp"
#include "learn/ensemble.hpp"
#include "learn/judging.hpp"
#include "learn/plan.hpp"
#include "learn/train.hpp"

namespace mlops::learn {

/// What a search works on. References outlive the search.
struct SearchRequest {
  const Dataset& dataset;
  RowIndices rows;
  const TrainingOptions& options;  ///< threads resolved, metric set
  SearchShape shape;
  const SearchClock* clock = nullptr;  ///< nullptr: no time limit
  /// Share of the limit after which only finals may run: screening must leave more for them.
  double search_share = 0.92;
  /// How often the winners will be fitted afterwards, in fits of a fold: for the score and on all
  /// rows, each on more rows and with more rounds than a fold's.
  double n_refits = 2.3;
  std::optional<unsigned> max_trials;
  const ProgressSink* progress = nullptr;
  const CancelToken& cancel;
  /// Where a trial's learner comes from; tests put failing ones in its place.
  std::function<std::unique_ptr<Learner>(const TrialParameters&)> learner_of = make_learner;
};

/// What a search found.
struct SearchResult {
  std::unique_ptr<Judging> judging;
  std::vector<Candidate> candidates;    ///< the dummy first, then in plan order
  std::vector<EnsembleMember> members;  ///< `candidate` indexes `candidates`
  std::vector<double> blended;          ///< the ensemble's answers for the judging rows
  unsigned n_trials = 0;                ///< trials of the plan that ran to their end
};

/// Throws interrupted. A trial that fails is noted and passed over; when every one fails, the dummy
/// is chosen.
[[nodiscard]] SearchResult search(const SearchRequest& request);

/// Chooses members and blends their answers; candidates[0] is the dummy, which is chosen only when
/// nothing else is complete.
[[nodiscard]] SearchResult choose_ensemble(const SearchRequest& request,
                                           std::unique_ptr<Judging> judging,
                                           std::vector<Candidate> candidates);

}  // namespace mlops::learn
