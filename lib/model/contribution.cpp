#include "model/contribution.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/finite.hpp"

namespace mlops::model {
namespace {

constexpr int kPathSteps = 64;

/// A margin at a point given as floats.
template <typename P>
double margin_at(const P& predictor, std::span<const float> inputs, std::size_t output) {
  std::vector<double> margins(predictor.n_outputs());
  predictor.predict(inputs, 1, margins);
  return margins[output];
}

/// Integrated gradients along the straight line from the training mean.
template <typename P>
double integrate(const P& predictor, const std::vector<double>& means,
                 std::span<const float> inputs, std::size_t output,
                 std::span<double> contributions) {
  const std::size_t n = means.size();
  std::vector<double> row(n);
  fill_missing(inputs, means, row);
  std::vector<double> point(n);
  std::vector<double> slope(n);
  std::vector<double> share(n);
  for (int step = 0; step < kPathSteps; ++step) {
    const double way = (step + 0.5) / kPathSteps;
    for (std::size_t i = 0; i < n; ++i) point[i] = means[i] + way * (row[i] - means[i]);
    predictor.gradient(point, output, slope);
    for (std::size_t i = 0; i < n; ++i) share[i] += slope[i] * (row[i] - means[i]) / kPathSteps;
  }
  const std::vector<float> start(means.begin(), means.end());
  const double base = margin_at(predictor, start, output);
  const double sum = std::accumulate(share.begin(), share.end(), 0.0);
  double size = 0;
  for (const double value : share) size += std::abs(value);
  const double rest = margin_at(predictor, inputs, output) - base - sum;
  for (std::size_t i = 0; i < n; ++i) {
    contributions[i] += share[i] + (size > 0 ? rest * std::abs(share[i]) / size : 0.0);
  }
  return base;
}

struct Contribute {
  std::span<const float> inputs;
  std::size_t output;
  std::span<double> contributions;

  double operator()(const Forest& forest) const {
    return forest.contribute(inputs, output, contributions);
  }
  double operator()(const Linear& linear) const {
    return linear.contribute(inputs, output, contributions);
  }
  double operator()(const KernelExpansion& kernel) const {
    return integrate(kernel, kernel.parts().input_means, inputs, output, contributions);
  }
  double operator()(const Mlp& mlp) const {
    return integrate(mlp, mlp.input_means(), inputs, output, contributions);
  }
};

/// From the scaled margin to the scale on which members are averaged (see the header).
double score_of(const Member& member, double z, std::size_t n_margins) {
  const LinkParameters& parameters = member.parameters;
  double score = z;
  if (is_regression(member.link)) {
    LinkParameters plain{.offset = parameters.offset};
    apply_link(member.link, plain, {&z, 1}, 1, {&score, 1});
  } else if (member.link == Link::clipped_share) {
    const double most = n_margins == 1 ? 1 - parameters.floor : 1.0;
    const double share = std::clamp(z, parameters.floor, most);
    score = n_margins == 1 ? std::log(share / (1 - share)) : std::log(share);
  }
  return score;
}

/// Slope of the straight line through the score at two margins; of the tangent where they meet.
double secant(const Member& member, double from, double to, std::size_t n_margins) {
  const double nearest = 1e-6 * std::max({1.0, std::abs(from), std::abs(to)});
  if (std::abs(to - from) < nearest) {
    from -= nearest;
    to += nearest;
  }
  return (score_of(member, to, n_margins) - score_of(member, from, n_margins)) / (to - from);
}

/// One member's contributions for one row, added to the features with its weight.
class MemberExplainer {
 public:
  MemberExplainer(const Member& member, const Encoder& encoder, std::size_t explained_class)
      : member_(member), encoder_(encoder), n_margins_(n_outputs(member.predictor)) {
    output_ = n_margins_ == 1 ? 0 : explained_class;
    if (n_margins_ == 2 && member.link == Link::softmax) against_ = 1 - output_;
  }

  /// Returns the score times `share`; adds share x contribution to `by_feature`.
  double add(std::span<const double> cells, double share, std::span<double> by_feature) {
    inputs_.resize(encoder_.n_inputs());
    encoder_.encode(cells, inputs_);
    std::vector<double> margins(n_margins_);
    predict_margins(member_.predictor, inputs_, 1, margins);
    const double sign = member_.parameters.margin_scale;
    std::vector<double> by_input = of_output(output_);
    double z = margins[output_] * sign + member_.parameters.margin_shift;
    if (against_) {
      const std::vector<double> other = of_output(*against_);
      for (std::size_t i = 0; i < by_input.size(); ++i) by_input[i] -= other[i];
      z = (margins[output_] - margins[*against_]) * sign;
    }
    const double sum = sign * std::accumulate(by_input.begin(), by_input.end(), 0.0);
    const double slope = sign * secant(member_, z - sum, z, n_margins_);
    const auto& features = encoder_.feature_of_input();
    for (std::size_t i = 0; i < by_input.size(); ++i) {
      by_feature[features[i]] += share * slope * by_input[i];
    }
    return share * (score_of(member_, z, n_margins_) + class_shift());
  }

 private:
  /// What the member's class factors add to every row's score.
  [[nodiscard]] double class_shift() const {
    const auto& factors = member_.parameters.class_factors;
    if (factors.empty()) return 0;
    if (n_margins_ == 1) return std::log(factors[1] / factors[0]);
    return against_ ? std::log(factors[output_] / factors[*against_]) : std::log(factors[output_]);
  }

  [[nodiscard]] std::vector<double> of_output(std::size_t output) const {
    std::vector<double> contributions(inputs_.size());
    static_cast<void>(contribute(member_.predictor, inputs_, output, contributions));
    return contributions;
  }

  const Member& member_;
  const Encoder& encoder_;
  std::size_t n_margins_;
  std::size_t output_ = 0;
  std::optional<std::size_t> against_;  ///< two softmax margins: their difference is explained
  std::vector<float> inputs_;
};

}  // namespace

double contribute(const Predictor& predictor, std::span<const float> inputs, std::size_t output,
                  std::span<double> contributions) {
  return std::visit(Contribute{inputs, output, contributions}, predictor);
}

Contributions explain(const Pipeline& pipeline, const data::ConformedRows& rows,
                      const data::Predictions& answers) {
  Contributions result{.n_rows = rows.n_rows, .n_features = rows.n_features};
  result.values.resize(rows.n_rows * rows.n_features);
  double total = 0;
  for (const Member& member : pipeline.members) total += member.weight;
  for (std::size_t row = 0; row < rows.n_rows; ++row) {
    std::size_t explained = 0;
    if (pipeline.task == data::Task::binary) explained = 1;
    if (pipeline.task == data::Task::multiclass) explained = answers.labels[row];
    const auto by_feature =
        std::span(result.values).subspan(row * rows.n_features, rows.n_features);
    double score = 0;
    for (const Member& member : pipeline.members) {
      MemberExplainer explainer(member, pipeline.encoders[member.encoder], explained);
      score += explainer.add(rows.row(row), member.weight / total, by_feature);
    }
    result.raw_score.push_back(score);
    result.base.push_back(score - std::accumulate(by_feature.begin(), by_feature.end(), 0.0));
  }
  return result;
}

}  // namespace mlops::model
