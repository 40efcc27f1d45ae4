// Runs the plan over the folds until the list, the trial limit or the clock ends, then chooses the
// ensemble.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "learn/ensemble.hpp"
#include "learn/judging.hpp"
#include "learn/learner.hpp"
#include "learn/plan.hpp"
#include "learn/train.hpp"

namespace mlops::learn {

/// Time since the training began and how much there is.
class SearchClock {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit SearchClock(std::optional<double> limit_seconds);

  [[nodiscard]] double elapsed_seconds() const;
  [[nodiscard]] const std::optional<double>& limit_seconds() const noexcept { return limit_; }
  /// Whether more than `share` of the limit is gone; never without a limit.
  [[nodiscard]] bool past(double share) const;
  /// When `share` of the limit is gone; nothing without a limit.
  [[nodiscard]] std::optional<Moment> moment_at(double share) const;

 private:
  Moment start_;
  std::optional<double> limit_;
};

/// A trial and what the folds said of it.
struct Candidate {
  Trial trial;
  std::vector<FitHints> hints;  ///< one a fold
  std::vector<double> answers;  ///< of the judging rows
  double loss = 0;              ///< to be minimised
  double score = 0;
  double standard_error = 0;
  double fit_seconds = 0;
  double n_trees = 0;
  double latency_us = 0;  ///< estimated, see latency.hpp
  bool finished = false;  ///< scored over every fold
  std::string failure;    ///< not empty: no answers
  std::optional<SearchClock::Moment> give_up_at;

  [[nodiscard]] bool complete() const noexcept { return failure.empty(); }
};

/// What a search works on. References outlive the search.
struct SearchRequest {
  const Dataset& dataset;
  RowIndices rows;
  const TrainingOptions& options;  ///< threads resolved, metric set
  SearchShape shape;
  const SearchClock* clock = nullptr;  ///< nullptr: no time limit
  std::optional<unsigned> max_trials;
  const ProgressSink* progress = nullptr;
  const CancelToken& cancel;
};

/// The failure of a trial that the clock ended.
inline constexpr std::string_view kOutOfTime = "no time left";

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

}  // namespace mlops::learn
