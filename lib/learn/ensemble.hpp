// Greedy ensemble selection over out-of-fold answers. Source: Caruana, Niculescu-Mizil, Crew,
// Ksikes, "Ensemble selection from libraries of models", 2004, section 2.1 (with replacement).
#pragma once

#include <vector>

#include "learn/judging.hpp"

namespace mlops::learn {

/// A candidate as the selection sees it.
struct EnsembleCandidate {
  const std::vector<double>* answers = nullptr;  ///< of the judging rows
  double latency_us = 0;                         ///< estimated cost of one row
};

/// A share in the ensemble.
struct EnsembleMember {
  std::size_t candidate = 0;
  double weight = 0;  ///< > 0; all sum to 1
};

struct EnsembleLimits {
  unsigned most_members = 4;
  double max_latency_us = 100;
};

/// Starts with the best candidate and adds, as often as it pays, the one that lowers the loss most:
/// a new member when it gains 0.2 %, more weight for an old one when it gains 0.05 %. Candidates
/// that would exceed the latency are passed over; when all do, the cheapest is taken alone.
/// Members in order of candidate. Requires: at least one candidate.
[[nodiscard]] std::vector<EnsembleMember> select_ensemble(
    const std::vector<EnsembleCandidate>& candidates, const SelectionLoss& loss,
    const EnsembleLimits& limits);

/// Weighted mean of the members' answers.
[[nodiscard]] std::vector<double> blend(const std::vector<EnsembleCandidate>& candidates,
                                        const std::vector<EnsembleMember>& members);

}  // namespace mlops::learn
