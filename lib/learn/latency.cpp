#include "learn/latency.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::learn {

namespace {

/// Leaves of one tree: what its shape allows, but no more than rows can fill.
double leaves_per_tree(const BoostingParameters& parameters, double n_rows) {
  const double fillable = std::max(2.0, n_rows / 3);
  if (parameters.max_leaves > 0) return std::min<double>(parameters.max_leaves, fillable);
  if (parameters.max_depth == 0) return fillable;
  return std::min(std::exp2(parameters.max_depth), fillable);
}

struct Estimator {
  const Sample& train;
  double n_trees;

  double operator()(const DummyParameters&) const { return 0.1; }
  double operator()(const LinearParameters&) const { return per_input(0.004); }
  /// Fitted to the evaluator's times: 0.008 us a tree while the forest stays in the cache, up to
  /// 0.06 us when every tree misses it.
  double operator()(const BoostingParameters& parameters) const {
    const double leaves = leaves_per_tree(parameters, static_cast<double>(train.n_rows));
    const double megabytes = n_trees * leaves * 32 / 1e6;
    return per_input(0.004) + n_trees * std::min(0.06, 0.008 + 0.004 * megabytes);
  }
  double operator()(const KernelParameters&) const {
    return per_input(0.004) * static_cast<double>(train.n_rows) / 2;
  }
  double operator()(const RandomForestParameters& parameters) const {
    return per_input(0.004) + 0.06 * parameters.n_trees;
  }
  double operator()(const PerceptronParameters& parameters) const {
    return per_input(0.001 * parameters.n_hidden);
  }

  [[nodiscard]] double per_input(double cost_us) const {
    return 0.1 + cost_us * static_cast<double>(train.n_inputs);
  }
};

}  // namespace

double estimated_latency_us(const TrialParameters& parameters, const Sample& train,
                            double n_trees) {
  return std::visit(Estimator{train, n_trees}, parameters);
}

}  // namespace mlops::learn
