// Made-up models and traffic for the tests of observe: a binary model of one number and one
// category, a regression of one number, and blocks of predictions drawn from a seed.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "observe/store.hpp"

namespace mlops::test {

inline constexpr Timestamp kStart{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z, a Monday

inline Timestamp after(double hours) {
  return {kStart.micros + static_cast<std::int64_t>(hours * 3.6e9)};
}

/// n consecutive ids.
inline std::vector<std::int64_t> ids_from(std::int64_t first, std::size_t n) {
  std::vector<std::int64_t> ids(n);
  for (std::size_t i = 0; i < n; ++i) ids[i] = first + static_cast<std::int64_t>(i);
  return ids;
}

/// A block of a binary model with two features (a number, a category index); every probability of
/// the positive class as given.
inline observe::PredictionBlock binary_block(std::vector<std::int64_t> ids,
                                             std::vector<std::pair<double, double>> cells,
                                             std::vector<double> positive, Timestamp time = kStart,
                                             std::uint32_t version = 1) {
  observe::PredictionBlock block;
  block.time = time;
  block.version = version;
  block.latency_us = 250;
  block.ids = std::move(ids);
  block.rows.n_rows = block.ids.size();
  block.rows.n_features = 2;
  for (const auto& [number, category] : cells) {
    block.rows.cells.push_back(number);
    block.rows.cells.push_back(category);
  }
  auto& predictions = block.predictions;
  predictions.task = data::Task::binary;
  predictions.n_rows = block.ids.size();
  predictions.n_classes = 2;
  for (const double p : positive) {
    predictions.probabilities.push_back(1 - p);
    predictions.probabilities.push_back(p);
    predictions.labels.push_back(p >= 0.5 ? 1 : 0);
  }
  return block;
}

/// A block of a regression model with one feature, whose answer is twice the feature.
inline observe::PredictionBlock number_block(std::vector<std::int64_t> ids,
                                             const std::vector<double>& cells,
                                             Timestamp time = kStart, std::uint32_t version = 1) {
  observe::PredictionBlock block;
  block.time = time;
  block.version = version;
  block.latency_us = 90;
  block.ids = std::move(ids);
  block.rows.n_rows = block.ids.size();
  block.rows.n_features = 1;
  block.rows.cells = cells;
  block.predictions.task = data::Task::regression;
  block.predictions.n_rows = block.ids.size();
  for (const double cell : cells) {
    block.predictions.values.push_back(2 * cell);
    block.predictions.lower.push_back(2 * cell - 1);
    block.predictions.upper.push_back(2 * cell + 1);
  }
  return block;
}

}  // namespace mlops::test
