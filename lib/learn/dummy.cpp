#include "learn/dummy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlops::learn {

namespace {

/// A class that is not in these rows still gets the share of half a row.
std::vector<double> class_shares(const Sample& train) {
  std::vector<double> shares(train.n_classes, 0.0);
  for (std::size_t row = 0; row < train.n_rows; ++row) {
    shares[train.classes[row]] += train.weight(row);
  }
  for (auto& share : shares) share = std::max(share, 0.5);
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (auto& share : shares) share /= total;
  return shares;
}

double mean(const Sample& train) {
  double sum = 0;
  double total = 0;
  for (std::size_t row = 0; row < train.n_rows; ++row) {
    sum += train.weight(row) * train.values[row];
    total += train.weight(row);
  }
  return total > 0 ? sum / total : 0;
}

}  // namespace

model::Member DummyLearner::fit(const Sample& train, const FitHints&, const FitContext&) const {
  model::LinearParts parts;
  model::Member member;
  member.learner = "dummy";
  if (train.n_classes == 0) {
    parts.intercepts = {mean(train)};
  } else if (train.n_classes == 2) {
    const auto shares = class_shares(train);
    parts.intercepts = {std::log(shares[1] / shares[0])};
    member.link = model::Link::logistic;
  } else {
    for (const double share : class_shares(train)) parts.intercepts.push_back(std::log(share));
    member.link = model::Link::softmax;
  }
  parts.weights.assign(parts.intercepts.size() * train.n_inputs, 0.0);
  parts.input_means.assign(train.n_inputs, 0.0);
  member.predictor = model::Linear(std::move(parts));
  return member;
}

FoldFit DummyLearner::judge(const Sample& train, const Sample& valid,
                            const FitContext& context) const {
  const auto member = fit(train, {}, context);
  // The answer is the same for every row, whatever the inputs are.
  const std::vector<float> inputs(valid.n_rows * train.n_inputs, 0.0F);
  FoldFit result;
  result.answers = model::member_answers(member, inputs, valid.n_rows, valid.n_classes);
  if (context.keep_model) result.member = member;
  return result;
}

}  // namespace mlops::learn
