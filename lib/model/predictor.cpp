#include "model/predictor.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::model {
namespace {

constexpr double kLargestExponent = 700;  // exp(700) is finite in double
constexpr double kSmallestShare = 1e-15;  // as logarithmic losses clip

double logistic(double z) noexcept {
  const double p = 1 / (1 + std::exp(-std::clamp(z, -kLargestExponent, kLargestExponent)));
  return std::clamp(p, kSmallestShare, 1 - kSmallestShare);
}

double value_of(Link link, double z, double offset) noexcept {
  switch (link) {
    case Link::exponential:
      return std::exp(std::min(z, kLargestExponent)) + offset;
    case Link::square:
      return std::max(z, 0.0) * std::max(z, 0.0) + offset;
    default:
      return z + offset;
  }
}

/// One margin -> the two classes' probabilities.
void binary_answer(Link link, const LinkParameters& parameters, double z,
                   std::span<double> answer) noexcept {
  answer[1] = link == Link::clipped_share ? std::clamp(z, parameters.floor, 1 - parameters.floor)
                                          : logistic(z);
  answer[0] = 1 - answer[1];
}

/// Margins in `row` -> probabilities, in place.
void class_answers(Link link, const LinkParameters& parameters, std::span<double> row) noexcept {
  const double largest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (double& z : row) {
    if (link == Link::softmax) {
      z = std::max(std::exp(z - largest), kSmallestShare);
    } else if (link == Link::clipped_share) {
      z = std::clamp(z, parameters.floor, 1.0);
    } else {
      z = logistic(z);
    }
    sum += z;
  }
  for (double& z : row) z /= sum;
}

}  // namespace

bool are_class_weights(std::span<const double> weights) noexcept {
  constexpr double kMost = 1e12;
  return std::all_of(weights.begin(), weights.end(),
                     [](double weight) { return weight >= 1 / kMost && weight <= kMost; });
}

void scale_classes(std::span<const double> factors, std::span<double> row) noexcept {
  double sum = 0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    row[k] *= factors[k];
    sum += row[k];
  }
  for (double& p : row) p = std::clamp(p / sum, kSmallestShare, 1 - kSmallestShare);
}

std::size_t n_inputs(const Predictor& predictor) noexcept {
  return std::visit([](const auto& p) { return p.n_inputs(); }, predictor);
}

std::size_t n_outputs(const Predictor& predictor) noexcept {
  return std::visit([](const auto& p) { return p.n_outputs(); }, predictor);
}

void predict_margins(const Predictor& predictor, std::span<const float> inputs, std::size_t n_rows,
                     std::span<double> margins) {
  std::visit([&](const auto& p) { p.predict(inputs, n_rows, margins); }, predictor);
}

std::string_view to_string(Link link) noexcept {
  switch (link) {
    case Link::identity:
      return "identity";
    case Link::exponential:
      return "exponential";
    case Link::square:
      return "square";
    case Link::logistic:
      return "logistic";
    case Link::softmax:
      return "softmax";
    case Link::one_vs_rest:
      return "one_vs_rest";
    case Link::clipped_share:
      return "clipped_share";
  }
  return "unknown";
}

bool is_regression(Link link) noexcept {
  return link == Link::identity || link == Link::exponential || link == Link::square;
}

void apply_link(Link link, const LinkParameters& parameters, std::span<const double> margins,
                std::size_t n_rows, std::span<double> answers) {
  if (n_rows == 0) return;
  const std::size_t n_margins = margins.size() / n_rows;
  const std::size_t n_answers = answers.size() / n_rows;
  const auto scaled = [&](double m) {
    return m * parameters.margin_scale + parameters.margin_shift;
  };
  for (std::size_t row = 0; row < n_rows; ++row) {
    const auto answer = answers.subspan(row * n_answers, n_answers);
    const double* z = margins.data() + row * n_margins;
    if (is_regression(link)) {
      answer[0] = value_of(link, scaled(z[0]), parameters.offset);
    } else if (n_margins == 1) {
      binary_answer(link, parameters, scaled(z[0]), answer);
    } else {
      std::transform(z, z + n_margins, answer.begin(), scaled);
      class_answers(link, parameters, answer);
    }
    if (!parameters.class_factors.empty()) scale_classes(parameters.class_factors, answer);
  }
}

}  // namespace mlops::model
