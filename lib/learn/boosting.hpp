// XGBoost as a learner: parameters and objective from BoostingParameters, early stopping on the
// judging rows, result as a model::Forest that equals the library's margins bit for bit.
#pragma once

#include "learn/learner.hpp"

namespace mlops::learn {

/// Bins an input is sorted into. A level of a tree looks at every bin of every input; with very
/// many inputs coarser bins keep a round below a tenth of a second. 256 up to 1,200 inputs.
[[nodiscard]] unsigned n_bins(std::size_t n_inputs) noexcept;

class BoostingLearner final : public Learner {
 public:
  explicit BoostingLearner(const BoostingParameters& parameters) : parameters_(parameters) {}

  /// Stops after `stop_after` rounds without gain; answers are those of the best round.
  [[nodiscard]] FoldFit judge(const Sample& train, const Sample& valid,
                              const FitContext& context) const override;
  /// hints.n_rounds rounds, or max_rounds when it is 0.
  [[nodiscard]] model::Member fit(const Sample& train, const FitHints& hints,
                                  const FitContext& context) const override;

 private:
  [[nodiscard]] xgboost::Parameters library_parameters(const Sample& train,
                                                       const FitContext& context) const;
  [[nodiscard]] std::vector<float> labels(const Sample& sample) const;
  [[nodiscard]] model::Link link(const Sample& sample) const;
  [[nodiscard]] model::LinkParameters link_parameters(const Sample& train,
                                                      double residual_variance) const;
  [[nodiscard]] model::Member member_of(model::Forest forest, const Sample& train,
                                        const model::LinkParameters& answer) const;

  BoostingParameters parameters_;
};

}  // namespace mlops::learn
