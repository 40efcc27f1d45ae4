#include "observe/wander.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace mlops::observe {
namespace {

// Wanderings that are thought possible, and how likely before any day is seen. All constants are by
// simulation (docs/statistics.md, "Time structure"): deviations in units, correlations of
// neighbours, a day's chance to be the first of a new level, the part of a weekly pattern's
// variance that its days do not cancel within the week.
constexpr std::array<double, 5> kUnits = {1.5, 2.7, 5, 9, 16};
constexpr std::array<double, 3> kCorrelations = {0, 0.5, 0.9};
constexpr double kIndependentPrior = 0.8;
constexpr double kWanderPrior = 0.14;
constexpr double kWeeklyPrior = 0.06;
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

  [[nodiscard]] bool still() const { return variance == 0; }
  /// Of the variance of many days' mean to that of one day's.
  [[nodiscard]] double persistence() const {
    return weekly ? kWithinWeek : (1 + correlation) / (1 - correlation);
  }
};

std::vector<Model> models_of(double unit) {
  double total = 0;
  for (const double units : kUnits) total += kCorrelations.size() / units;
  std::vector<Model> models = {{.prior = kIndependentPrior}};
  for (const double units : kUnits) {
    const double variance = units * units * unit * unit;
    for (const double correlation : kCorrelations)
      models.push_back({variance, correlation, false, kWanderPrior / units / total});
    models.push_back({variance, 0, true, kWeeklyPrior / kUnits.size()});
  }
  return models;
}

/// Day means about their level and the variances of their noise.
struct Gaps {
  std::vector<double> gap;
  std::vector<double> noise;
  double level_noise = 0;  ///< of the level itself
};

Gaps gaps_of(std::span<const PeriodMean> days, double deviation) {
  Gaps gaps;
  if (days.empty()) return gaps;
  double n = 0;
  for (const PeriodMean& day : days) {
    gaps.gap.push_back(day.mean);
    gaps.noise.push_back(deviation * deviation / day.n);
    n += day.n;
  }
  const double level = median(gaps.gap);
  for (double& gap : gaps.gap) gap -= level;
  constexpr double kOfMedian = 1.5708;  // its variance to that of the mean: pi / 2
  gaps.level_noise = kOfMedian * deviation * deviation / n;
  return gaps;
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

/// What a Kalman filter believes of a level.
struct Belief {
  double level = 0;
  double variance = 0;

  /// Takes a day in, as the first of a new level as far off as `jump` where that is likelier.
  void take(double gap, double noise, double jump, Cost& cost) {
    const double square = (gap - level) * (gap - level);
    double total = variance + noise;
    if (square / total > kUsual) {
      const double wide = total + jump;
      const double chance = -2 * std::log(kNewLevel);
      if (square / wide + std::log(wide / total) + chance < square / total) {
        cost.sum += chance;
        variance += jump;
        total = wide;
      }
    }
    cost.sum += square / total;
    cost.multiply(total / noise);
    const double gain = variance / total;
    level += gain * (gap - level);
    variance *= 1 - gain;
  }
};

/// log density of the day means, but for a constant that all models share.
double log_likelihood(const Model& model, const Gaps& gaps, double jump) {
  const double r = model.correlation;
  std::array<Belief, kWeek> beliefs;
  beliefs.fill({0, model.still() ? gaps.level_noise : model.variance});
  Cost cost;
  for (std::size_t d = 0; d < gaps.gap.size(); ++d) {
    Belief& belief = beliefs[model.weekly ? d % kWeek : 0];
    belief.take(gaps.gap[d], gaps.noise[d], jump, cost);
    if (model.still() || model.weekly) continue;
    belief.level *= r;
    belief.variance = r * r * belief.variance + (1 - r * r) * model.variance;
  }
  return cost.log_density();
}

}  // namespace

double wander_per_row(std::span<const PeriodMean> days, double unit, double deviation, double n) {
  const Gaps gaps = gaps_of(days, deviation);
  const double jump = kUnits.back() * kUnits.back() * unit * unit;
  const std::vector<Model> models = models_of(unit);
  std::vector<double> logs;
  for (const Model& model : models)
    logs.push_back(std::log(model.prior) + log_likelihood(model, gaps, jump));
  const double largest = *std::max_element(logs.begin(), logs.end());
  double total = 0;
  double left = 0;
  for (std::size_t k = 0; k < models.size(); ++k) {
    const double weight = std::exp(logs[k] - largest);
    const double phi =
        1 + n * models[k].variance * models[k].persistence() / (deviation * deviation);
    total += weight;
    left += weight * std::exp(-kStrongDay / phi);
  }
  const double phi = kStrongDay / std::log(total / left);
  return std::max(phi - 1, 0.0) / n;
}

}  // namespace mlops::observe
