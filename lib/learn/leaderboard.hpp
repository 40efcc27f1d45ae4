// The candidates of a search as people see them, best first.
#pragma once

#include <vector>

#include "learn/search.hpp"

namespace mlops::learn {

/// Complete candidates by loss, then those that failed, in plan order. `screened` are large data's
/// candidates that were judged on a sample; they follow, and their parameters say so.
[[nodiscard]] std::vector<LeaderboardEntry> make_leaderboard(
    const SearchResult& found, const std::vector<Candidate>& screened);

/// One candidate as an entry, without its weight.
[[nodiscard]] LeaderboardEntry entry_of(const Candidate& candidate);

}  // namespace mlops::learn
