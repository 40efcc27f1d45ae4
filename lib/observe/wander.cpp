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
constexpr double kSmallestSize = 0.075;  // squared units: three weeks of a weekday

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

/// What a model makes of the days: log density of the first, but for a constant that all models
/// share, and how far the day after all lies off.
struct Prediction {
  double log_density = 0;
  double off = 0;
  double variance = 0;
};

Prediction prediction_of(const Model& model, std::span<const PeriodMean> days, std::size_t n_learnt,
                         const DayScale& scale) {
  const double jump = std::pow(kUnits.back() * scale.unit, 2);
  const double level_variance = model.weekly ? 0 : std::pow(kLevelUnits * scale.unit, 2);
  std::array<Belief, kWeek> beliefs;
  beliefs.fill({.level_variance = level_variance, .off_variance = model.variance});
  Cost learnt;
  Cost later;
  for (std::size_t d = 0; d < days.size(); ++d) {
    Belief& belief = beliefs[model.weekly ? d % kWeek : 0];
    const double noise = scale.deviation * scale.deviation / days[d].n;
    const NewLevel change{jump, d == 0 ? scale.new_at_first : kNewLevel};
    belief.take(days[d].mean - scale.level, noise, change, d < n_learnt ? learnt : later);
    if (!model.weekly) belief.pass(model);
  }
  const Belief& next = beliefs[model.weekly ? days.size() % kWeek : 0];
  return {learnt.log_density(), next.off, next.off_variance};
}

/// A model's weight goes to the sizes beside its own.
void spread(double weight, const Prediction& prediction, double size, Wandering& wandering) {
  constexpr double kLast = Wandering::kSizes - 1;
  const double steps = std::log(size / wandering.smallest) / std::log(Wandering::kSizeRatio);
  const double place = std::clamp(steps, 0.0, kLast);
  const auto below = static_cast<std::size_t>(std::min(place, kLast - 1));
  const double part_above = place - static_cast<double>(below);
  const double off = std::max(prediction.off, 0.0);
  for (const auto& [k, part] : {std::pair{1 + below, 1 - part_above}, {2 + below, part_above}}) {
    wandering.weight[k] += weight * part;
    wandering.off[k] += weight * part * off;
  }
}

/// -log(sum of w exp(-(L - lambda n off) / phi)).
double log_of_mixture(const Wandering& wandering, double log_evidence, double n, double bet) {
  std::array<double, 1 + Wandering::kSizes> terms{};
  double size = wandering.smallest;
  terms[0] = -log_evidence;
  for (std::size_t k = 1; k < terms.size(); ++k, size *= Wandering::kSizeRatio)
    terms[k] = (bet * n * wandering.off[k] - log_evidence) / (1 + n * size);
  double largest = std::numeric_limits<double>::lowest();
  for (std::size_t k = 0; k < terms.size(); ++k)
    if (wandering.weight[k] > 0) largest = std::max(largest, terms[k]);
  double sum = 0;
  for (std::size_t k = 0; k < terms.size(); ++k)
    if (wandering.weight[k] > 0) sum += wandering.weight[k] * std::exp(terms[k] - largest);
  return -largest - std::log(sum);
}

}  // namespace

double Wandering::discounted(double log_evidence, double n, double bet) const {
  if (weight.front() == 1) return log_evidence;
  const double curved = log_of_mixture(*this, std::min(log_evidence, kStrongDay), n, bet);
  return log_evidence > kStrongDay ? curved + (log_evidence - kStrongDay) / phi(n) : curved;
}

double Wandering::phi(double n) const {
  return std::max(kStrongDay / log_of_mixture(*this, kStrongDay, n, 0), 1.0);
}

Wandering wandering_of(std::span<const PeriodMean> days, std::size_t n_learnt,
                       const DayScale& scale, double n) {
  n_learnt = std::min(n_learnt, days.size());
  const std::vector<Model> models = models_of(scale.unit, n_learnt);
  std::vector<Prediction> predictions;
  for (const Model& model : models) {
    predictions.push_back(prediction_of(model, days, n_learnt, scale));
    predictions.back().log_density += std::log(model.prior);
  }
  double largest = predictions.front().log_density;
  for (const Prediction& prediction : predictions)
    largest = std::max(largest, prediction.log_density);
  double total = 0;
  for (Prediction& prediction : predictions) {
    prediction.log_density = std::exp(prediction.log_density - largest);
    total += prediction.log_density;
  }
  const double variance = scale.deviation * scale.deviation;
  Wandering wandering;
  wandering.weight = {};
  wandering.smallest = kSmallestSize * std::pow(scale.unit, 2) / variance;
  double left = 0;
  for (std::size_t k = 0; k < models.size(); ++k) {
    const double weight = predictions[k].log_density / total;
    left += weight * std::exp(-kStrongDay /
                              (1 + n * models[k].variance * models[k].persistence() / variance));
    if (models[k].variance > 0)
      spread(weight, predictions[k], predictions[k].variance / variance, wandering);
    else
      wandering.weight.front() += weight;
  }
  for (std::size_t k = 0; k < wandering.weight.size(); ++k)
    if (wandering.weight[k] > 0) wandering.off[k] /= wandering.weight[k];
  wandering.lasting = std::max(kStrongDay / -std::log(left) - 1, 0.0) / n;
  return wandering;
}

}  // namespace mlops::observe
