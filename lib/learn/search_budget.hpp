// How far the clock lets a search go: when the list of trials ends, and when a trial must give up,
// so that fitting the winners still fits into the limit.
#pragma once

#include <optional>
#include <vector>

#include "learn/candidate.hpp"
#include "learn/search_clock.hpp"

namespace mlops::learn {

/// Pure but for the clock. Without a clock, or a clock without a limit, nothing ever ends.
struct SearchBudget {
  const SearchClock* clock = nullptr;
  double search_share = 1;       ///< of the limit; the rest is not the search's
  double n_refits = 1;           ///< fits of the ensemble to come, in fits of a fold
  std::size_t most_members = 1;  ///< of the ensemble that will be fitted
  std::size_t n_folds = 1;
  unsigned n_lanes = 1;

  /// Whether another trial of the usual length would leave too little for the refits. Never before
  /// a booster has begun: the first always runs to its end.
  [[nodiscard]] bool out_of_time(const std::vector<const Candidate*>& begun) const;

  /// When a trial that begins now must give up; nothing for the first booster.
  [[nodiscard]] std::optional<SearchClock::Moment> give_up_at(
      const std::vector<const Candidate*>& begun) const;

 private:
  [[nodiscard]] double end_seconds(const std::vector<const Candidate*>& begun) const;
};

}  // namespace mlops::learn
