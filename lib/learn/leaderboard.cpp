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

std::vector<LeaderboardEntry> make_leaderboard(const SearchResult& found) {
  const auto& candidates = found.candidates;
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0UL);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (candidates[a].complete() != candidates[b].complete()) return candidates[a].complete();
    return candidates[a].complete() && candidates[a].loss < candidates[b].loss;
  });
  std::vector<LeaderboardEntry> entries;
  for (const auto i : order) {
    entries.push_back(entry_of(candidates[i]));
    for (const auto& member : found.members) {
      if (member.candidate == i) entries.back().weight = member.weight;
    }
  }
  return entries;
}

}  // namespace mlops::learn
