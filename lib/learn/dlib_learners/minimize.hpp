// Minimises a smooth loss with dlib's L-BFGS. dlib asks for value and gradient at the same point
// one after the other; both are computed once. Included after dlib_base.hpp.
#pragma once

#include <dlib/matrix.h>
#include <dlib/optimization.h>

#include <functional>
#include <span>
#include <vector>

#include "learn/learner.hpp"

namespace mlops::learn {

/// value = loss(parameters, gradient out).
using SmoothLoss = std::function<double(std::span<const double>, std::span<double>)>;

/// When to stop; gains are of the loss itself.
struct MinimizeLimits {
  unsigned long most_iterations = 150;
  double smallest_gain = 1e-7;
};

/// The parameters where the loss is smallest, from `start`. Throws dlib::error, interrupted,
/// OutOfTime.
[[nodiscard]] inline std::vector<double> minimize(const SmoothLoss& loss,
                                                  const std::vector<double>& start,
                                                  const MinimizeLimits& limits,
                                                  const FitContext& context) {
  using Vector = dlib::matrix<double, 0, 1>;
  constexpr unsigned long kMemory = 10;
  Vector last_point;
  Vector last_slope;
  double last_value = 0;
  const auto evaluate = [&](const Vector& point) {
    if (last_point.size() == point.size() && last_point == point) return;
    context.check();
    last_point = point;
    last_slope.set_size(point.size());
    const auto size = static_cast<std::size_t>(point.size());
    last_value = loss({&last_point(0), size}, {&last_slope(0), size});
  };
  const auto value = [&](const Vector& point) {
    evaluate(point);
    return last_value;
  };
  const auto slope = [&](const Vector& point) {
    evaluate(point);
    return last_slope;
  };
  Vector parameters(static_cast<long>(start.size()));
  std::copy(start.begin(), start.end(), parameters.begin());
  dlib::find_min(dlib::lbfgs_search_strategy(kMemory),
                 dlib::objective_delta_stop_strategy(limits.smallest_gain, limits.most_iterations),
                 value, slope, parameters, -std::numeric_limits<double>::infinity());
  return {parameters.begin(), parameters.end()};
}

}  // namespace mlops::learn
