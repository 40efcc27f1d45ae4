// What a trial is: a learner, its parameters, and how its inputs are encoded. Plain values; the
// fixed lists of them are in plan.hpp.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mlops::learn {

/// How categories become inputs.
enum class CategoryEncoding : std::uint8_t { one_hot, target_mean, native };

/// How numbers become inputs.
enum class NumberEncoding : std::uint8_t {
  raw,           ///< as they are, missing values kept: trees
  standardized,  ///< scaled, median for missing values, with an indicator
  binned,        ///< standardized, and one-hot quantile bins beside
};

/// What a design is made by; trials with equal specs share it.
struct EncodingSpec {
  CategoryEncoding categories = CategoryEncoding::one_hot;
  NumberEncoding numbers = NumberEncoding::raw;
  unsigned n_bins = 0;  ///< binned only

  auto operator<=>(const EncodingSpec&) const = default;
};

/// Answers the class shares or the mean.
struct DummyParameters {};

/// Logistic regression or ridge. Source of the scale: scikit-learn's C and alpha.
struct LinearParameters {
  double c = 1;      ///< classification: inverse strength of the L2 penalty
  double alpha = 1;  ///< regression: strength of the L2 penalty
};

/// What boosted trees are fitted to.
enum class BoostingTarget : std::uint8_t {
  plain,      ///< log loss, or squared error
  root,       ///< regression, y >= 0: squared error of sqrt(y)
  poisson,    ///< regression, y >= 0
  indicator,  ///< one round of averaged trees on squared error (of the 0/1 classes): a forest
};

/// Boosted trees or a forest by XGBoost; names as its documentation spells them.
struct BoostingParameters {
  unsigned max_depth = 6;   ///< 0: unlimited, grown by loss with `max_leaves`
  unsigned max_leaves = 0;  ///< 0: unlimited
  double eta = 0.12;
  double subsample = 1;
  double colsample_bynode = 1;
  double min_child_weight = 1;
  double lambda = 1;
  unsigned max_rounds = 600;
  unsigned stop_after = 25;  ///< rounds without gain
  unsigned n_parallel_trees = 1;
  BoostingTarget target = BoostingTarget::plain;
};

/// RBF support vector machine, support vector regression or kernel ridge regression by dlib.
struct KernelParameters {
  enum class Method : std::uint8_t { support_vectors, ridge } method = Method::support_vectors;
  double c = 10;
  double gamma = 0;  ///< 0: 1 / number of inputs
};

/// Random forest by dlib.
struct RandomForestParameters {
  unsigned n_trees = 100;
};

/// Multilayer perceptron with one hidden layer, fitted by dlib's L-BFGS.
struct PerceptronParameters {
  unsigned n_hidden = 32;
  double l2 = 1e-3;
  unsigned max_iterations = 150;
};

using TrialParameters =
    std::variant<DummyParameters, LinearParameters, BoostingParameters, KernelParameters,
                 RandomForestParameters, PerceptronParameters>;

/// One entry of the plan.
struct Trial {
  std::string name;  ///< short and stable: "G6", "LIN"
  EncodingSpec encoding;
  TrialParameters parameters;
};

/// The learner's name as the leaderboard shows it: "dummy", "linear", "xgboost", "random_forest",
/// "svm", "kernel_ridge", "mlp".
[[nodiscard]] std::string_view learner_name(const TrialParameters& parameters) noexcept;

/// The parameters for people and for replay: "depth=6 eta=0.12 one-hot".
[[nodiscard]] std::string describe(const Trial& trial);

}  // namespace mlops::learn
