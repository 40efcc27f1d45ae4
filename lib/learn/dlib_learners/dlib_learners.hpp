// Learners made with dlib. No dlib header is visible here: they compile slowly, and its exceptions
// are translated in the sources. Row weights are used by the linear learner and the perceptron
// only; dlib's other trainers know none. Class weights are used by all: support vector machines
// have a C a class, the random forest learns from rows resampled by them.
#pragma once

#include <memory>
#include <string>

#include "learn/learner.hpp"

namespace mlops::learn {

/// Version of the library that is linked, "19.24.0".
[[nodiscard]] std::string dlib_version();

/// Logistic or softmax regression by L-BFGS; ridge regression by Cholesky, or by L-BFGS where the
/// normal equations would be too large.
[[nodiscard]] std::unique_ptr<Learner> make_linear_learner(const LinearParameters& parameters);

/// RBF support vector machines (several classes: one against the rest) with Platt's probabilities,
/// support vector regression, kernel ridge regression.
[[nodiscard]] std::unique_ptr<Learner> make_kernel_learner(const KernelParameters& parameters);

/// Regression forests; classes as forests of their 0/1 indicators.
[[nodiscard]] std::unique_ptr<Learner> make_random_forest_learner(
    const RandomForestParameters& parameters);

/// One hidden layer of tanh units by L-BFGS.
[[nodiscard]] std::unique_ptr<Learner> make_perceptron_learner(
    const PerceptronParameters& parameters);

}  // namespace mlops::learn
