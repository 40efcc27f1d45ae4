// Learners made with dlib. No dlib header is visible here: they compile slowly, and its exceptions
// are translated in the sources.
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

}  // namespace mlops::learn
