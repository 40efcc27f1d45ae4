// What it takes to train the same model again, as JSON. Holds no time and no date: equal trainings
// have equal recipes.
#pragma once

#include "base/json.hpp"
#include "learn/search.hpp"

namespace mlops::learn {

/// Options as they were resolved, library versions, the trials that ran with their parameters, and
/// the ensemble with weights and rounds. `screened`: the trials of large data's screening.
[[nodiscard]] Json make_recipe(const SearchRequest& request, const SearchResult& found,
                               const std::vector<Candidate>& screened);

}  // namespace mlops::learn
