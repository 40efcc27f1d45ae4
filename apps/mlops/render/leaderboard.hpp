// The trials of a search, best first.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "learn/train.hpp"
#include "render/capabilities.hpp"
#include "render/table.hpp"

namespace mlops::render {

/// At most `n_shown` trials, those in the ensemble always among them; failed ones last with their
/// reason. `metric` titles the score.
[[nodiscard]] Table leaderboard(const std::vector<learn::LeaderboardEntry>& entries,
                                std::string_view metric, std::size_t n_shown,
                                const Capabilities& capabilities);

}  // namespace mlops::render
