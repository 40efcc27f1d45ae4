// Large data: the plan is screened on a sample, and only what won there is fitted on everything.
#pragma once

#include "learn/search.hpp"
#include "model/pipeline.hpp"

namespace mlops::learn {

/// Rows from which on a search works on a sample first, and the size of that sample.
inline constexpr std::size_t kScreeningRows = 100'000;
inline constexpr std::size_t kScreeningSample = 60'000;

/// The winners of a screening after they were fitted on all development rows.
struct Finals {
  SearchResult found;        ///< the dummy and the finalists, judged on one holdout
  RowIndices train;          ///< what the models were fitted on
  model::Pipeline pipeline;  ///< the chosen ones as they were fitted; saw `train` and, to stop
                             ///< early, the holdout
};

/// Judges the members of a screening again on `request.rows`. Rounds are bounded by the number of
/// rows and the preset, not by the clock.
[[nodiscard]] Finals judge_finalists(const SearchRequest& request, const SearchResult& screened);

}  // namespace mlops::learn
