#include "observe/wander.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace mlops::observe {
namespace {

// Wanderings that are thought possible, and how likely before any day is seen. All constants are by
// simulation (docs/statistics.md, "Time structure"): deviations in units, correlations of
// neighbours, a day's chance to be the first of a new level, the part of a weekly pattern's
// variance that its days do not cancel within the week.
constexpr std::array<double, 5> kUnits = {1.5, 2.7, 5, 9, 16};
constexpr std::array<double, 4> kCorrelations = {0, 0.5, 0.75, 0.92};
constexpr double kWanderAtFirst = 0.03;
constexpr double kWanderInTime = 0.3;
constexpr double kDaysToBegin = 21;
constexpr double kWeeklyPart = 0.3;
constexpr double kLevelUnits = 0.4;  // how far off the level may be
constexpr double kNewLevel = 0.002;
constexpr double kWithinWeek = 0.5;
constexpr double kStrongDay = 12;  // log evidence at which models are weighed: what an alarm takes
constexpr double kUsual = 9;       // squared distance within which no day is of a new level
constexpr std::size_t kWeek = 7;

/// A way in which day means may move although nothing has changed.
struct Model {
  double variance = 0;
  double correlation = 0;
  bool weekly = false;  ///< each day of the week has its own mean
  double prior = 0;

  /// Of the variance of many days' mean to that of one day's.
  [[nodiscard]] double persistence() const {
    return weekly ? kWithinWeek : (1 + correlation) / (1 - correlation);
  }
};

std::vector<Model> models_of(double unit, std::size_t n_days) {
  const double known = std::min(static_cast<double>(n_days) / kDaysToBegin, 1.0);
  const double wander = kWanderAtFirst + known * (kWanderInTime - kWanderAtFirst);
  double total = 0;
  for (const double units : kUnits) total += kCorrelations.size() / units;
  std::vector<Model> models = {{.prior = 1 - wander}};
  for (const double units : kUnits) {
    const double variance = units * units * unit * unit;
    for (const double correlation : kCorrelations)
      models.push_back({variance, correlation, false, (1 - kWeeklyPart) * wander / units / total});
    models.push_back({variance, 0, true, kWeeklyPart * wander / kUnits.size()});
  }
  return models;
}

/// -2 log of a density, but for a constant: squared distances and a product of variances.
struct Cost {
  double sum = 0;
  double product = 1;

  void multiply(double factor) {
    constexpr double kLarge = 1e100;
    product *= factor;
    if (product < kLarge) return;
    sum += std::log(product);
    product = 1;
  }
  [[nodiscard]] double log_density() const { return -0.5 * (sum + std::log(product)); }
};

/// That a day is the first of another level, and how far away that may be.
struct NewLevel {
  double variance = 0;
  double chance = kNewLevel;
};

/// What a Kalman filter believes of a level and of how far a day lies off it.
struct Belief {
  double level = 0;
  double off = 0;
  double level_variance = 0;
  double covariance = 0;
  double off_variance = 0;

  /// Takes a day in, as the first of a new level where that is likelier.
  void take(double gap, double noise, const NewLevel& change, Cost& cost) {
    const double error = gap - level - off;
    const double square = error * error;
    double total = level_variance + 2 * covariance + off_variance + noise;
    if (square / total > kUsual) {
      const double wide = total + change.variance;
      const double chance = -2 * std::log(change.chance);
      if (square / wide + std::log(wide / total) + chance < square / total) {
        cost.sum += chance;
        level_variance += change.variance;
        total = wide;
      }
    }
    cost.sum += square / total;
    cost.multiply(total / noise);
    const double level_gain = (level_variance + covariance) / total;
    const double off_gain = (covariance + off_variance) / total;
    level += level_gain * error;
    off += off_gain * error;
    level_variance -= level_gain * level_gain * total;
    covariance -= level_gain * off_gain * total;
    off_variance -= off_gain * off_gain * total;
  }

  /// The next day's distance, from this one's.
  void pass(const Model& model) {
    const double r = model.correlation;
    off *= r;
    covariance *= r;
    off_variance = r * r * off_variance + (1 - r * r) * model.variance;
  }
};

/// log density of the day means, but for a constant that all models share.
double log_likelihood(const Model& model, std::span<const PeriodMean> days, const DayScale& scale) {
  const double jump = std::pow(kUnits.back() * scale.unit, 2);
  const double level_variance = model.weekly ? 0 : std::pow(kLevelUnits * scale.unit, 2);
  std::array<Belief, kWeek> beliefs;
  beliefs.fill({.level_variance = level_variance, .off_variance = model.variance});
  Cost cost;
  for (std::size_t d = 0; d < days.size(); ++d) {
    Belief& belief = beliefs[model.weekly ? d % kWeek : 0];
    const double noise = scale.deviation * scale.deviation / days[d].n;
    const NewLevel change{jump, d == 0 ? scale.new_at_first : kNewLevel};
    belief.take(days[d].mean - scale.level, noise, change, cost);
    if (!model.weekly) belief.pass(model);
  }
  return cost.log_density();
}

/// A model's weight goes to the sizes beside its own.
void spread(double weight, double size, Wandering& wandering) {
  constexpr double kLast = Wandering::kSizes - 1;
  const double steps = std::log(size / wandering.smallest) / std::log(Wandering::kSizeRatio);
  const double place = std::clamp(steps, 0.0, kLast);
  const auto below = static_cast<std::size_t>(std::min(place, kLast - 1));
  const double part_above = place - static_cast<double>(below);
  wandering.weight[1 + below] += weight * (1 - part_above);
  wandering.weight[2 + below] += weight * part_above;
}

/// -log(sum of w exp(-L / phi)).
double log_of_mixture(const Wandering& wandering, double log_evidence, double n) {
  std::array<double, 1 + Wandering::kSizes> terms{};
  double size = wandering.smallest;
  terms[0] = -log_evidence;
  for (std::size_t k = 1; k < terms.size(); ++k, size *= Wandering::kSizeRatio)
    terms[k] = -log_evidence / (1 + n * size);
  double largest = std::numeric_limits<double>::lowest();
  for (std::size_t k = 0; k < terms.size(); ++k)
    if (wandering.weight[k] > 0) largest = std::max(largest, terms[k]);
  double sum = 0;
  for (std::size_t k = 0; k < terms.size(); ++k)
    if (wandering.weight[k] > 0) sum += wandering.weight[k] * std::exp(terms[k] - largest);
  return -largest - std::log(sum);
}

}  // namespace

double Wandering::discounted(double log_evidence, double n) const {
  if (weight.front() == 1) return log_evidence;
  if (log_evidence > kStrongDay) return log_evidence / phi(n);
  return log_of_mixture(*this, log_evidence, n);
}

double Wandering::phi(double n) const {
  return std::max(kStrongDay / log_of_mixture(*this, kStrongDay, n), 1.0);
}

Wandering wandering_of(std::span<const PeriodMean> days, const DayScale& scale) {
  const std::vector<Model> models = models_of(scale.unit, days.size());
  std::vector<double> logs;
  for (const Model& model : models)
    logs.push_back(std::log(model.prior) + log_likelihood(model, days, scale));
  const double largest = *std::max_element(logs.begin(), logs.end());
  double total = 0;
  for (const double log_weight : logs) total += std::exp(log_weight - largest);

  const double variance = scale.deviation * scale.deviation;
  Wandering wandering;
  wandering.weight = {};
  wandering.smallest = kWithinWeek * std::pow(kUnits.front() * scale.unit, 2) / variance;
  for (std::size_t k = 0; k < models.size(); ++k) {
    const double weight = std::exp(logs[k] - largest) / total;
    if (models[k].variance > 0)
      spread(weight, models[k].variance * models[k].persistence() / variance, wandering);
    else
      wandering.weight.front() += weight;
  }
  return wandering;
}

}  // namespace mlops::observe
