// The chosen ensemble, fitted for good: on all rows with the rounds the folds taught, or, on small
// data, as the average of the fold models.
#pragma once

#include <vector>

#include "learn/search.hpp"
#include "model/pipeline.hpp"

namespace mlops::learn {

/// One ensemble to fit.
struct EnsembleOrder {
  const SearchResult& found;
  const RowIndices& rows;  ///< what to fit on; unused when fold models are averaged
  /// True: every member once a fold, on the fold's training rows with the fold's rounds, weights
  /// divided. False: every member on `rows`; boosted trees get 1.05 x the mean of the folds' best
  /// rounds.
  bool average_folds = false;
};

/// Fits all members of all orders side by side; one pipeline an order, without calibration and
/// interval. Throws interrupted, internal.
[[nodiscard]] std::vector<model::Pipeline> fit_ensembles(const std::vector<EnsembleOrder>& orders,
                                                         const SearchRequest& request);

}  // namespace mlops::learn
