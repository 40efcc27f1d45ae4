#include "learn/boosting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "learn/xgboost/forest_import.hpp"

namespace mlops::learn {

namespace {

using model::Link;

double weighted_mean(const Sample& sample, const std::vector<float>& labels) {
  double sum = 0;
  double total = 0;
  for (std::size_t row = 0; row < sample.n_rows; ++row) {
    sum += sample.weight(row) * static_cast<double>(labels[row]);
    total += sample.weight(row);
  }
  return total > 0 ? sum / total : 0;
}

/// One column of 0 and 1 a class, row-major.
std::vector<float> indicators(const Sample& sample) {
  std::vector<float> labels(sample.n_rows * sample.n_classes, 0.0F);
  for (std::size_t row = 0; row < sample.n_rows; ++row) {
    labels[row * sample.n_classes + sample.classes[row]] = 1.0F;
  }
  return labels;
}

/// 0 stands for the share that makes sqrt(d) of d inputs, the usual one of classification forests.
double column_share(const BoostingParameters& parameters, const Sample& train) {
  if (parameters.colsample_bynode > 0) return parameters.colsample_bynode;
  return 1 / std::sqrt(static_cast<double>(train.n_inputs));
}

std::size_t n_outputs(const Sample& sample) {
  return sample.n_classes > 2 ? sample.n_classes : 1;
}

}  // namespace

unsigned n_bins(std::size_t n_inputs) noexcept {
  constexpr std::size_t kMostBinsTogether = 300'000;
  const auto each = kMostBinsTogether / std::max<std::size_t>(1, n_inputs);
  return static_cast<unsigned>(std::clamp<std::size_t>(each, 16, 256));
}

std::vector<float> BoostingLearner::labels(const Sample& sample) const {
  if (sample.n_classes > 2 && parameters_.target == BoostingTarget::indicator) {
    return indicators(sample);
  }
  if (sample.n_classes > 0) return {sample.classes.begin(), sample.classes.end()};
  std::vector<float> labels;
  labels.reserve(sample.n_rows);
  for (const double value : sample.values) {
    const bool root = parameters_.target == BoostingTarget::root;
    labels.push_back(static_cast<float>(root ? std::sqrt(value) : value));
  }
  return labels;
}

Link BoostingLearner::link(const Sample& sample) const {
  switch (parameters_.target) {
    case BoostingTarget::root:
      return Link::square;
    case BoostingTarget::poisson:
      return Link::exponential;
    case BoostingTarget::indicator:
      return sample.n_classes == 0 ? Link::identity : Link::clipped_share;
    case BoostingTarget::plain:
      break;
  }
  if (sample.n_classes == 0) return Link::identity;
  return sample.n_classes == 2 ? Link::logistic : Link::softmax;
}

model::LinkParameters BoostingLearner::link_parameters(const Sample& train,
                                                       double residual_variance) const {
  model::LinkParameters parameters;
  // E[y] = E[sqrt(y)]^2 + Var[sqrt(y)].
  if (parameters_.target == BoostingTarget::root) parameters.offset = residual_variance;
  parameters.floor = std::min(0.25, 0.5 / static_cast<double>(train.n_rows));
  return parameters;
}

xgboost::Parameters BoostingLearner::library_parameters(const Sample& train,
                                                        const FitContext& context) const {
  const auto& p = parameters_;
  xgboost::Parameters parameters = {
      {"booster", "gbtree"},
      {"tree_method", "hist"},
      {"nthread", fmt::format("{}", context.n_threads)},
      {"seed", fmt::format("{}", context.seed % std::numeric_limits<std::int32_t>::max())},
      {"max_depth", fmt::format("{}", p.max_depth)},
      {"max_leaves", fmt::format("{}", p.max_leaves)},
      {"grow_policy", p.max_depth == 0 ? "lossguide" : "depthwise"},
      {"eta", fmt::format("{}", p.eta)},
      {"subsample", fmt::format("{}", train.merged ? 1.0 : p.subsample)},
      {"colsample_bynode", fmt::format("{}", column_share(p, train))},
      {"min_child_weight", fmt::format("{}", p.min_child_weight)},
      {"lambda", fmt::format("{}", p.lambda)},
      {"num_parallel_tree", fmt::format("{}", p.n_parallel_trees)},
      {"max_cat_to_onehot", "5"},
      {"max_bin", fmt::format("{}", n_bins(train.n_inputs))}};
  const auto add = [&](const char* name, std::string value) {
    parameters.emplace_back(name, std::move(value));
  };
  const bool squared_error = train.n_classes == 0 || p.target == BoostingTarget::indicator;
  if (p.target == BoostingTarget::poisson) {
    add("objective", "count:poisson");
    add("eval_metric", "rmse");
  } else if (squared_error) {
    add("objective", "reg:squarederror");
    add("eval_metric", "rmse");
  } else if (train.n_classes == 2) {
    add("objective", "binary:logistic");
    add("eval_metric", "logloss");
  } else {
    add("objective", "multi:softprob");
    add("eval_metric", "mlogloss");
    add("num_class", fmt::format("{}", train.n_classes));
  }
  // The default 0.5 wastes rounds; with several outputs it cancels.
  if (n_outputs(train) == 1) {
    double base = weighted_mean(train, labels(train));
    if (train.n_classes == 2 && !squared_error) base = std::clamp(base, 1e-6, 1 - 1e-6);
    if (p.target == BoostingTarget::poisson) base = std::max(base, 1e-6);
    add("base_score", fmt::format("{:.9g}", base));
  } else if (p.target == BoostingTarget::indicator) {
    add("base_score", "0");
  }
  return parameters;
}

namespace {

/// Mean squared distance of sqrt(y) from the margins: what squaring the answer back loses.
double root_variance(const Sample& valid, const std::vector<double>& margins) {
  double sum = 0;
  for (std::size_t row = 0; row < valid.n_rows; ++row) {
    const double residual = std::sqrt(valid.values[row]) - margins[row];
    sum += residual * residual;
  }
  return valid.n_rows > 0 ? sum / static_cast<double>(valid.n_rows) : 0;
}

}  // namespace

FoldFit BoostingLearner::judge(const Sample& train, const Sample& valid,
                               const FitContext& context) const {
  train.matrix->set_labels(labels(train));
  valid.matrix->set_labels(labels(valid));
  xgboost::Booster booster({train.matrix.get(), valid.matrix.get()},
                           library_parameters(train, context));
  double best_score = std::numeric_limits<double>::infinity();
  unsigned best_rounds = 0;
  for (unsigned round = 0; round < parameters_.max_rounds; ++round) {
    context.check();
    booster.update(round, *train.matrix);
    const double score = booster.evaluate(round, *valid.matrix);
    if (score < best_score) {
      best_score = score;
      best_rounds = round + 1;
    }
    if (round + 1 >= best_rounds + parameters_.stop_after) break;
  }
  best_rounds = std::max(best_rounds, 1U);
  const auto floats = booster.predict_margins(*valid.matrix, best_rounds);
  const std::vector<double> margins(floats.begin(), floats.end());
  FoldFit result;
  result.hints.n_rounds = best_rounds;
  if (parameters_.target == BoostingTarget::root) {
    result.hints.residual_variance = root_variance(valid, margins);
  }
  const auto answer = link_parameters(train, result.hints.residual_variance);
  result.answers.resize(valid.n_rows * std::max<std::size_t>(1, valid.n_classes));
  model::apply_link(link(train), answer, margins, valid.n_rows, result.answers);
  const auto n_trees = best_rounds * n_outputs(train) * parameters_.n_parallel_trees;
  result.n_trees = static_cast<double>(n_trees);
  if (context.keep_model) {
    result.member = member_of(xgboost::import_forest(booster.serialize(), train.n_inputs, n_trees),
                              train, answer);
  }
  return result;
}

model::Member BoostingLearner::member_of(model::Forest forest, const Sample& train,
                                         const model::LinkParameters& answer) const {
  model::Member member;
  member.learner = "xgboost";
  member.predictor = std::move(forest);
  member.link = link(train);
  member.parameters = answer;
  return member;
}

model::Member BoostingLearner::fit(const Sample& train, const FitHints& hints,
                                   const FitContext& context) const {
  train.matrix->set_labels(labels(train));
  xgboost::Booster booster({train.matrix.get()}, library_parameters(train, context));
  const unsigned n_rounds = hints.n_rounds == 0 ? parameters_.max_rounds : hints.n_rounds;
  for (unsigned round = 0; round < n_rounds; ++round) {
    context.check();
    booster.update(round, *train.matrix);
  }
  return member_of(xgboost::import_forest(booster.serialize(), train.n_inputs), train,
                   link_parameters(train, hints.residual_variance));
}

}  // namespace mlops::learn
