#include "learn/leaderboard.hpp"

#include <algorithm>
#include <numeric>

namespace mlops::learn {

LeaderboardEntry entry_of(const Candidate& candidate) {
  LeaderboardEntry entry;
  entry.learner = learner_name(candidate.trial.parameters);
  entry.params = describe(candidate.trial);
  entry.score = candidate.score;
  entry.standard_error = candidate.standard_error;
  entry.fit_seconds = candidate.fit_seconds;
  entry.predict_us = candidate.latency_us;
  entry.failure = candidate.failure;
  return entry;
}

namespace {

/// Positions of candidates: complete ones by loss, then the failed.
std::vector<std::size_t> ranking(const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0UL);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (candidates[a].complete() != candidates[b].complete()) return candidates[a].complete();
    return candidates[a].complete() && candidates[a].loss < candidates[b].loss;
  });
  return order;
}

}  // namespace

std::vector<LeaderboardEntry> make_leaderboard(const SearchResult& found,
                                               const std::vector<Candidate>& screened) {
  std::vector<LeaderboardEntry> entries;
  for (const auto i : ranking(found.candidates)) {
    entries.push_back(entry_of(found.candidates[i]));
    for (const auto& member : found.members) {
      if (member.candidate == i) entries.back().weight = member.weight;
    }
  }
  for (const auto i : ranking(screened)) {
    if (i == 0) continue;  // the dummy stands above
    entries.push_back(entry_of(screened[i]));
    entries.back().params += " (screened on a sample)";
  }
  return entries;
}

}  // namespace mlops::learn
