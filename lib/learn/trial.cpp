#include "learn/trial.hpp"

#include <fmt/format.h>

namespace mlops::learn {

namespace {

std::string describe_encoding(const EncodingSpec& spec) {
  std::string text;
  switch (spec.categories) {
    case CategoryEncoding::one_hot:
      text = "one-hot";
      break;
    case CategoryEncoding::target_mean:
      text = "target-mean";
      break;
    case CategoryEncoding::native:
      text = "native-categories";
      break;
  }
  if (spec.numbers == NumberEncoding::binned) text += fmt::format(" bins={}", spec.n_bins);
  return text;
}

struct Describer {
  std::string operator()(const DummyParameters&) const { return ""; }
  std::string operator()(const LinearParameters& p) const {
    return fmt::format("C={} alpha={}", p.c, p.alpha);
  }
  std::string operator()(const BoostingParameters& p) const {
    std::string text = p.max_leaves > 0  ? fmt::format("leaves={}", p.max_leaves)
                       : p.max_depth > 0 ? fmt::format("depth={}", p.max_depth)
                                         : std::string("unlimited");
    if (p.target == BoostingTarget::indicator) {
      return text + fmt::format(" trees={} subsample={}", p.n_parallel_trees, p.subsample);
    }
    text += fmt::format(" eta={} subsample={} columns={} lambda={} min_child={}", p.eta,
                        p.subsample, p.colsample_bynode, p.lambda, p.min_child_weight);
    if (p.target == BoostingTarget::root) text += " target=sqrt";
    if (p.target == BoostingTarget::poisson) text += " objective=poisson";
    return text;
  }
  std::string operator()(const KernelParameters& p) const {
    return fmt::format("C={} gamma={}", p.c, p.gamma);
  }
  std::string operator()(const RandomForestParameters& p) const {
    return fmt::format("trees={}", p.n_trees);
  }
  std::string operator()(const PerceptronParameters& p) const {
    return fmt::format("hidden={} l2={}", p.n_hidden, p.l2);
  }
};

struct Namer {
  std::string_view operator()(const DummyParameters&) const { return "dummy"; }
  std::string_view operator()(const LinearParameters&) const { return "linear"; }
  std::string_view operator()(const BoostingParameters&) const { return "xgboost"; }
  std::string_view operator()(const KernelParameters& p) const {
    return p.method == KernelParameters::Method::ridge ? "kernel_ridge" : "svm";
  }
  std::string_view operator()(const RandomForestParameters&) const { return "random_forest"; }
  std::string_view operator()(const PerceptronParameters&) const { return "mlp"; }
};

}  // namespace

std::string_view learner_name(const TrialParameters& parameters) noexcept {
  return std::visit(Namer{}, parameters);
}

std::string describe(const Trial& trial) {
  if (std::holds_alternative<DummyParameters>(trial.parameters)) return "";
  return fmt::format("{} {} {}", trial.name, std::visit(Describer{}, trial.parameters),
                     describe_encoding(trial.encoding));
}

}  // namespace mlops::learn
