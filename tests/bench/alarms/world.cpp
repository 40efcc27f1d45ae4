#include "bench/alarms/world.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mlops::bench {
namespace {

std::uint64_t draw_poisson(Random& random, double mean) {
  if (mean > 30) {
    const double value = mean + std::sqrt(mean) * random.normal();
    return value < 0 ? 0 : static_cast<std::uint64_t>(value + 0.5);
  }
  double product = random.uniform();
  const double limit = std::exp(-mean);
  std::uint64_t n = 0;
  while (product > limit) {
    product *= random.uniform();
    ++n;
  }
  return n;
}

/// What every week has at that hour; the mean over a week is 0.
double usual_offset(const TimePattern& pattern, std::uint64_t day, std::uint64_t hour) {
  const bool is_weekend = day % 7 >= 5;
  const double weekend = pattern.weekend * (is_weekend ? 1 - 2.0 / 7 : -2.0 / 7);
  if (is_weekend && pattern.even_weekends) return weekend;
  const bool early = pattern.clock_change > 0 && day >= pattern.clock_change;
  const auto clock = static_cast<double>(early ? hour + 1 : hour);
  return weekend + pattern.cycle * std::sin(2 * std::numbers::pi * clock / 24);
}

double moved(double share, double offset) {
  return std::clamp(share + offset * std::sqrt(share * (1 - share)), 0.0, 1.0);
}

}  // namespace

World::World(std::uint64_t seed, const TimePattern& pattern, double rows_per_day,
             std::size_t n_days)
    : random_(seed), pattern_(pattern), rows_per_hour_(rows_per_day / 24) {
  const double noise = std::sqrt(1 - pattern.persistence * pattern.persistence);
  double effect = random_.normal();
  for (std::size_t day = 0; day < n_days; ++day) {
    for (std::size_t hour = 0; hour < 24; ++hour)
      offsets_.push_back(pattern.day_effect * effect + usual_offset(pattern, day, hour));
    effect = pattern.persistence * effect + noise * random_.normal();
  }
}

std::vector<double> World::reference(std::size_t n) {
  std::vector<double> rows(n);
  for (double& row : rows) {
    const double offset = any_offset();
    row = offset + random_.normal();
  }
  return rows;
}

double World::any_offset() {
  const double usual = usual_offset(pattern_, random_.below(7), random_.below(24));
  return usual + pattern_.day_effect * random_.normal();
}

std::uint64_t World::rows_of_hour() {
  return draw_poisson(random_, rows_per_hour_);
}

std::vector<double> World::hour(std::size_t hour, const Change& change, double change_hour) {
  const double since_days = (static_cast<double>(hour) + 0.5 - change_hour) / 24;
  const bool changed = since_days >= 0;
  double shift = changed ? change.shift : 0;
  if (changed && change.ramp_days > 0) shift *= std::min(since_days / change.ramp_days, 1.0);
  std::vector<double> rows(rows_of_hour());
  for (double& row : rows) {
    row = offsets_[hour] + shift + (changed ? change.spread : 1) * random_.normal();
    if (changed && change.cluster > 0 && random_.uniform() < change.cluster)
      row = 3 + 0.1 * random_.normal();
  }
  return rows;
}

World::Scores World::scores(std::size_t hour, double share) {
  const double p = moved(share, offsets_[hour]);
  Scores scores{rows_of_hour(), 0};
  for (std::uint64_t row = 0; row < scores.n; ++row) scores.ones += random_.uniform() < p ? 1U : 0U;
  return scores;
}

std::vector<std::uint8_t> World::reference_scores(std::size_t n, double share) {
  std::vector<std::uint8_t> rows(n);
  for (auto& score : rows) {
    const double p = moved(share, any_offset());
    score = static_cast<std::uint8_t>(random_.uniform() < p);
  }
  return rows;
}

}  // namespace mlops::bench
