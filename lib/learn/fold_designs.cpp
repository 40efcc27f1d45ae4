#include "learn/fold_designs.hpp"

#include "learn/seed.hpp"

namespace mlops::learn {

std::vector<Fold> make_search_folds(const SearchRequest& request) {
  const auto seed = derive_seed(request.options.seed, SeedPurpose::folds);
  const auto n_folds = bearable_folds(request.dataset, request.rows, request.shape.n_folds);
  std::vector<Fold> folds;
  if (n_folds > 1) folds = make_folds(request.dataset, request.rows, n_folds, seed);
  if (folds.empty()) {
    folds.push_back(make_holdout(request.dataset, request.rows, request.shape.holdout_share, seed));
  }
  // Only classes of one row each: nothing can judge but the rows themselves.
  if (folds.front().valid.empty()) folds = {{request.rows, request.rows}};
  return folds;
}

const EncodedFold& FoldDesigns::get(const EncodingSpec& spec, std::size_t fold) {
  const auto key = std::make_pair(spec, fold);
  auto found = designs_.find(key);
  if (found == designs_.end()) found = designs_.emplace(key, make(spec, fold)).first;
  return found->second;
}

EncodedFold FoldDesigns::make(const EncodingSpec& spec, std::size_t fold) const {
  const auto& [train, valid] = folds_[fold];
  const auto seed = derive_seed(request_.options.seed, SeedPurpose::encoding, fold);
  auto design = make_training_design(spec, request_.dataset, train, seed, n_threads_);
  auto sample = make_sample(spec, request_.dataset, design.encoder, valid, n_threads_);
  return {std::move(design), std::move(sample)};
}

}  // namespace mlops::learn
