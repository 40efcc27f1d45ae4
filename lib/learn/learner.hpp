// One interface for everything that trains: judge a fold, or fit what will be deployed. What comes
// out is a model::Member, free of any training library.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/cancel.hpp"
#include "learn/sample.hpp"
#include "learn/trial.hpp"
#include "model/pipeline.hpp"

namespace mlops::learn {

/// What a fold taught about fitting on all rows.
struct FitHints {
  unsigned n_rounds = 0;         ///< boosting rounds; 0 where there are none
  double residual_variance = 0;  ///< of sqrt(y), for BoostingTarget::root
};

/// Circumstances of a fit.
struct FitContext {
  std::uint64_t seed = 0;
  unsigned n_threads = 1;
  const CancelToken* cancel = nullptr;
  /// Whether `judge` also returns the fitted model.
  bool keep_model = false;
  /// When a fit that cannot finish in time gives up; nothing: never.
  std::optional<std::chrono::steady_clock::time_point> give_up_at;

  /// Throws interrupted when cancelled, OutOfTime when `give_up_at` is past.
  void check() const;
};

/// Thrown inside a trial that has no time left; caught by the search.
struct OutOfTime {};

/// A fold's result.
struct FoldFit {
  std::vector<double> answers;  ///< of the judging rows: values, or n_rows x n_classes shares
  FitHints hints;
  double n_trees = 0;
  std::optional<model::Member> member;  ///< with FitContext::keep_model
};

/// Stateless; may be used from several threads at once.
class Learner {
 public:
  virtual ~Learner() = default;

  /// Fits on `train`, answers for `valid`, which may also decide when to stop.
  /// Throws Error{internal} when the library underneath fails, OutOfTime, interrupted.
  [[nodiscard]] virtual FoldFit judge(const Sample& train, const Sample& valid,
                                      const FitContext& context) const;

  /// Fits on `train` as `hints` say. The member's encoder index and weight are the caller's.
  [[nodiscard]] virtual model::Member fit(const Sample& train, const FitHints& hints,
                                          const FitContext& context) const = 0;
};

/// The learner of a trial.
[[nodiscard]] std::unique_ptr<Learner> make_learner(const TrialParameters& parameters);

}  // namespace mlops::learn
