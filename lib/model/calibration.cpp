#include "model/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/predictor.hpp"

namespace mlops::model {
namespace {

constexpr double kSmallestShare = 1e-15;

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::invalid_argument, "model.bad_calibration", what);
}

bool is_share(double value) noexcept {
  return value >= 0 && value <= 1;
}

double clamped(double probability) noexcept {
  return std::clamp(probability, kSmallestShare, 1 - kSmallestShare);
}

double interpolate(const Isotonic& curve, double p) noexcept {
  const auto above = std::lower_bound(curve.inputs.begin(), curve.inputs.end(), p);
  if (above == curve.inputs.begin()) return curve.outputs.front();
  if (above == curve.inputs.end()) return curve.outputs.back();
  const auto i = static_cast<std::size_t>(above - curve.inputs.begin());
  const double share = (p - curve.inputs[i - 1]) / (curve.inputs[i] - curve.inputs[i - 1]);
  return curve.outputs[i - 1] + share * (curve.outputs[i] - curve.outputs[i - 1]);
}

/// Corrects one row in place.
struct Correct {
  std::span<double> row;

  void set_binary(double p) const {
    row[1] = clamped(p);
    row[0] = 1 - row[1];
  }

  void operator()(const Platt& platt) const {
    const double p = clamped(row[1]);
    const double log_odds = std::log(p / (1 - p));
    set_binary(1 / (1 + std::exp(-(platt.slope * log_odds + platt.intercept))));
  }

  void operator()(const Isotonic& curve) const { set_binary(interpolate(curve, row[1])); }

  void operator()(const Temperature& t) const {
    double largest = 0;
    for (const double p : row) largest = std::max(largest, p);
    double sum = 0;
    for (double& p : row) {
      p = std::max(std::pow(p / largest, 1 / t.temperature), kSmallestShare);
      sum += p;
    }
    for (double& p : row) p /= sum;
  }

  void operator()(const ClassFactors& classes) const { scale_classes(classes.factors, row); }
};

struct Check {
  std::size_t n_classes;

  void require_binary(std::string_view name) const {
    if (n_classes != 2) fail(fmt::format("{} calibration with {} classes", name, n_classes));
  }

  void operator()(const Platt& platt) const {
    require_binary("platt");
    if (!std::isfinite(platt.slope) || !std::isfinite(platt.intercept)) {
      fail(fmt::format("platt slope {} and intercept {}", platt.slope, platt.intercept));
    }
  }

  void operator()(const Isotonic& curve) const {
    require_binary("isotonic");
    if (curve.inputs.empty() || curve.inputs.size() != curve.outputs.size()) {
      fail(fmt::format("isotonic curve of {} inputs and {} outputs", curve.inputs.size(),
                       curve.outputs.size()));
    }
    for (std::size_t i = 0; i < curve.inputs.size(); ++i) {
      const bool ascends = i == 0 || (curve.inputs[i - 1] < curve.inputs[i] &&
                                      curve.outputs[i - 1] <= curve.outputs[i]);
      if (!ascends || !is_share(curve.inputs[i]) || !is_share(curve.outputs[i])) {
        fail(fmt::format("isotonic point {} is ({}, {})", i, curve.inputs[i], curve.outputs[i]));
      }
    }
  }

  void operator()(const Temperature& t) const {
    if (!(t.temperature > 0) || !std::isfinite(t.temperature)) {
      fail(fmt::format("temperature is {}, not a positive number", t.temperature));
    }
  }

  void operator()(const ClassFactors& classes) const {
    if (classes.factors.size() != n_classes) {
      fail(fmt::format("{} class factors for {} classes", classes.factors.size(), n_classes));
    }
    if (!are_class_weights(classes.factors)) fail("a class factor is out of range");
  }
};

}  // namespace

std::string_view name_of(const Calibration& calibration) noexcept {
  constexpr std::string_view kNames[] = {"platt", "isotonic", "temperature", "class_factors"};
  return kNames[calibration.index()];
}

void validate(const Calibration& calibration, std::size_t n_classes) {
  std::visit(Check{n_classes}, calibration);
}

void calibrate(const Calibration& calibration, std::span<double> probabilities,
               std::size_t n_classes) {
  for (std::size_t at = 0; at + n_classes <= probabilities.size(); at += n_classes) {
    std::visit(Correct{probabilities.subspan(at, n_classes)}, calibration);
  }
}

}  // namespace mlops::model
