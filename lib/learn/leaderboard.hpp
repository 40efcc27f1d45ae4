// The candidates of a search as people see them, best first.
#pragma once

#include <vector>

#include "learn/search.hpp"

namespace mlops::learn {

/// Complete candidates by loss, then those that failed, in plan order.
[[nodiscard]] std::vector<LeaderboardEntry> make_leaderboard(const SearchResult& found);

/// One candidate as an entry, without its weight.
[[nodiscard]] LeaderboardEntry entry_of(const Candidate& candidate);

}  // namespace mlops::learn
