#include "learn/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "model/predictor.hpp"

namespace mlops::learn {

namespace {

constexpr std::size_t kFewestRows = 2000;
constexpr std::size_t kParts = 5;
constexpr double kSmallest = 1e-15;

double row_loss(const CalibrationRows& rows, std::size_t row) {
  return -std::log(
      std::max(kSmallest, rows.probabilities[row * rows.n_classes + rows.classes[row]]));
}

double log_odds(double probability) {
  const double kept = std::clamp(probability, kSmallest, 1 - kSmallest);
  return std::log(kept / (1 - kept));
}

/// Mean log loss after p^(1/T), normalised.
double loss_at(const CalibrationRows& rows, double temperature) {
  double loss = 0;
  for (std::size_t row = 0; row < rows.classes.size(); ++row) {
    double sum = 0;
    const double* shares = rows.probabilities.data() + row * rows.n_classes;
    for (std::size_t k = 0; k < rows.n_classes; ++k) {
      sum += std::pow(std::max(kSmallest, shares[k]), 1 / temperature);
    }
    const double own = std::max(kSmallest, shares[rows.classes[row]]);
    loss += std::log(sum) - std::log(own) / temperature;
  }
  return loss / static_cast<double>(rows.classes.size());
}

/// Rows of a part, or all but these, copied together.
struct PartRows {
  std::vector<double> probabilities;
  std::vector<std::uint32_t> classes;

  PartRows(const CalibrationRows& rows, std::size_t part, bool inside) {
    for (std::size_t row = 0; row < rows.classes.size(); ++row) {
      if ((row % kParts == part) != inside) continue;
      const auto shares = rows.probabilities.subspan(row * rows.n_classes, rows.n_classes);
      probabilities.insert(probabilities.end(), shares.begin(), shares.end());
      classes.push_back(rows.classes[row]);
    }
  }
  [[nodiscard]] CalibrationRows view(std::size_t n_classes) const {
    return {probabilities, classes, n_classes};
  }
};

using Fitter = std::function<model::Calibration(const CalibrationRows&)>;

/// Log loss before minus after, a row, each row corrected by a fit that did not see it.
std::vector<double> cross_fitted_gains(const CalibrationRows& rows, const Fitter& fit) {
  std::vector<double> gains;
  for (std::size_t part = 0; part < kParts; ++part) {
    const PartRows others(rows, part, false);
    PartRows own(rows, part, true);
    const auto calibration = fit(others.view(rows.n_classes));
    const auto before = own;
    model::calibrate(calibration, own.probabilities, rows.n_classes);
    for (std::size_t row = 0; row < own.classes.size(); ++row) {
      gains.push_back(row_loss(before.view(rows.n_classes), row) -
                      row_loss(own.view(rows.n_classes), row));
    }
  }
  return gains;
}

/// The mean, or nothing when it is not two standard errors above zero.
std::optional<double> clear_gain(const std::vector<double>& gains) {
  const auto n = static_cast<double>(gains.size());
  const double mean = std::accumulate(gains.begin(), gains.end(), 0.0) / n;
  double squares = 0;
  for (const double gain : gains) squares += (gain - mean) * (gain - mean);
  const double error = std::sqrt(squares / (n - 1) / n);
  if (mean > 2 * error) return mean;
  return std::nullopt;
}

}  // namespace

model::Temperature fit_temperature(const CalibrationRows& rows) {
  constexpr double kLow = 0.8;
  constexpr double kHigh = 1.25;
  constexpr double kGolden = 0.6180339887498949;
  double low = std::log(kLow);
  double high = std::log(kHigh);
  // 25 golden sections narrow the logarithm to 3e-6.
  for (int step = 0; step < 25; ++step) {
    const double left = high - kGolden * (high - low);
    const double right = low + kGolden * (high - low);
    if (loss_at(rows, std::exp(left)) < loss_at(rows, std::exp(right))) {
      high = right;
    } else {
      low = left;
    }
  }
  return {std::exp((low + high) / 2)};
}

model::Platt fit_platt(const CalibrationRows& rows) {
  double n_positive = 0;
  for (const auto label : rows.classes) n_positive += label;
  const double n_negative = static_cast<double>(rows.classes.size()) - n_positive;
  const double high = (n_positive + 1) / (n_positive + 2);
  const double low = 1 / (n_negative + 2);
  model::Platt platt;
  for (int step = 0; step < 50; ++step) {
    double gradient[2] = {0, 0};
    double hessian[3] = {1e-9, 0, 1e-9};
    for (std::size_t row = 0; row < rows.classes.size(); ++row) {
      const double odds = log_odds(rows.probabilities[2 * row + 1]);
      const double answer = 1 / (1 + std::exp(-(platt.slope * odds + platt.intercept)));
      const double error = answer - (rows.classes[row] == 1 ? high : low);
      const double spread = answer * (1 - answer);
      gradient[0] += error * odds;
      gradient[1] += error;
      hessian[0] += spread * odds * odds;
      hessian[1] += spread * odds;
      hessian[2] += spread;
    }
    const double determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
    if (!(determinant > 0)) break;
    const double slope = (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant;
    const double shift = (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant;
    platt.slope -= slope;
    platt.intercept -= shift;
    if (std::abs(slope) + std::abs(shift) < 1e-10) break;
  }
  const bool usable = std::isfinite(platt.slope) && std::isfinite(platt.intercept);
  return usable ? platt : model::Platt{};
}

model::Isotonic fit_isotonic(const CalibrationRows& rows) {
  struct Block {
    double input_sum = 0;
    double positives = 0;
    double n = 0;
    [[nodiscard]] double share() const { return positives / n; }
  };
  std::vector<std::size_t> order(rows.classes.size());
  std::iota(order.begin(), order.end(), 0UL);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return rows.probabilities[2 * a + 1] < rows.probabilities[2 * b + 1];
  });
  std::vector<Block> blocks;
  for (const auto row : order) {
    blocks.push_back({rows.probabilities[2 * row + 1], static_cast<double>(rows.classes[row]), 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].share() >= blocks.back().share()) {
      const auto last = blocks.back();
      blocks.pop_back();
      blocks.back().input_sum += last.input_sum;
      blocks.back().positives += last.positives;
      blocks.back().n += last.n;
    }
  }
  model::Isotonic isotonic;
  for (const auto& block : blocks) {
    const double input = block.input_sum / block.n;
    if (!isotonic.inputs.empty() && input <= isotonic.inputs.back()) continue;
    const double output = (block.positives + 0.5) / (block.n + 1);
    isotonic.inputs.push_back(input);
    isotonic.outputs.push_back(
        isotonic.outputs.empty() ? output : std::max(output, isotonic.outputs.back()));
  }
  return isotonic;
}

namespace {

/// Sum of each class's probability over all rows, after `factors`.
std::vector<double> class_sums(const CalibrationRows& rows, const std::vector<double>& factors) {
  std::vector<double> sums(rows.n_classes, 0.0);
  std::vector<double> scaled(rows.n_classes);
  for (std::size_t row = 0; row < rows.classes.size(); ++row) {
    const auto shares = rows.probabilities.subspan(row * rows.n_classes, rows.n_classes);
    std::copy(shares.begin(), shares.end(), scaled.begin());
    model::scale_classes(factors, scaled);
    for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += scaled[c];
  }
  return sums;
}

}  // namespace

model::ClassFactors fit_class_factors(const CalibrationRows& rows, std::vector<double> start) {
  constexpr double kFewest = 10;
  constexpr int kMostSteps = 200;
  if (start.empty()) start.assign(rows.n_classes, 1.0);
  std::vector<double> counts(rows.n_classes, 0.0);
  for (const auto label : rows.classes) counts[label] += 1;
  double n_known = 0;
  for (auto& count : counts) {
    if (count < kFewest) count = 0;
    n_known += count;
  }
  model::ClassFactors result{std::move(start)};
  for (int step = 0; step < kMostSteps; ++step) {
    const auto sums = class_sums(rows, result.factors);
    double known_sum = 0;
    for (std::size_t c = 0; c < sums.size(); ++c) known_sum += counts[c] > 0 ? sums[c] : 0;
    double largest_change = 0;
    for (std::size_t c = 0; c < sums.size(); ++c) {
      if (counts[c] == 0) continue;
      const double change = counts[c] / n_known * known_sum / sums[c];
      result.factors[c] = std::clamp(result.factors[c] * change, 1e-9, 1e9);
      largest_change = std::max(largest_change, std::abs(change - 1));
    }
    if (largest_change < 1e-9) break;
  }
  return result;
}

namespace {

/// The fitter with the largest clear gain, fitted on all rows; nothing when none gains clearly.
std::optional<model::Calibration> best_of(const std::vector<Fitter>& fitters,
                                          const CalibrationRows& rows) {
  if (rows.classes.size() < kFewestRows) return std::nullopt;
  const Fitter* best = nullptr;
  double best_gain = 0;
  for (const auto& fitter : fitters) {
    const auto gain = clear_gain(cross_fitted_gains(rows, fitter));
    if (!gain || *gain <= best_gain) continue;
    best = &fitter;
    best_gain = *gain;
  }
  if (best == nullptr) return std::nullopt;
  return (*best)(rows);
}

/// Those that move means as well as spread.
void add_binary_fitters(const CalibrationRows& rows, std::vector<Fitter>& fitters) {
  if (rows.n_classes != 2) return;
  fitters.emplace_back([](const auto& part) { return fit_platt(part); });
  fitters.emplace_back([](const auto& part) { return fit_isotonic(part); });
}

}  // namespace

std::optional<model::Calibration> choose_calibration(const CalibrationRows& rows) {
  std::vector<Fitter> fitters = {[](const auto& part) { return fit_temperature(part); }};
  add_binary_fitters(rows, fitters);
  return best_of(fitters, rows);
}

model::Calibration choose_weighted_calibration(const CalibrationRows& rows) {
  std::vector<Fitter> fitters = {[](const auto& part) { return fit_class_factors(part); }};
  add_binary_fitters(rows, fitters);
  return best_of(fitters, rows).value_or(fit_class_factors(rows));
}

}  // namespace mlops::learn
