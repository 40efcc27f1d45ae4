// The folds of a search and their encoded rows.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "learn/encoding.hpp"
#include "learn/search.hpp"

namespace mlops::learn {

/// As many folds as the rows bear, or one holdout. Never empty; when nothing can be set aside, the
/// rows judge themselves.
[[nodiscard]] std::vector<Fold> make_search_folds(const SearchRequest& request);

/// A fold under one encoding.
struct EncodedFold {
  TrainingDesign train;
  Sample valid;
};

/// Encodes each fold once a spec. Of one thread: samples must not be shared.
class FoldDesigns {
 public:
  FoldDesigns(const SearchRequest& request, const std::vector<Fold>& folds, unsigned n_threads)
      : request_(request), folds_(folds), n_threads_(n_threads) {}

  const EncodedFold& get(const EncodingSpec& spec, std::size_t fold);

 private:
  [[nodiscard]] EncodedFold make(const EncodingSpec& spec, std::size_t fold) const;

  const SearchRequest& request_;
  const std::vector<Fold>& folds_;
  unsigned n_threads_;
  std::map<std::pair<EncodingSpec, std::size_t>, EncodedFold> designs_;
};

}  // namespace mlops::learn
