// The baseline every model must beat: class shares or the mean of the training rows.
#pragma once

#include "learn/learner.hpp"

namespace mlops::learn {

class DummyLearner final : public Learner {
 public:
  [[nodiscard]] FoldFit judge(const Sample& train, const Sample& valid,
                              const FitContext& context) const override;
  [[nodiscard]] model::Member fit(const Sample& train, const FitHints& hints,
                                  const FitContext& context) const override;
};

}  // namespace mlops::learn
