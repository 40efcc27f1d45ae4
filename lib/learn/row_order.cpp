#include "learn/row_order.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mlops::learn {

namespace {

constexpr double kNotable = 0.2;
constexpr double kStandardErrors = 6;

/// The number, or 1 for the most frequent class and 0 for the others.
std::vector<double> series_of(const Dataset& dataset) {
  if (dataset.n_classes == 0) return dataset.truth.values;
  std::vector<std::size_t> counts(dataset.n_classes, 0);
  for (const auto label : dataset.truth.classes) ++counts[label];
  std::size_t most = 0;
  for (std::size_t k = 1; k < counts.size(); ++k) {
    if (counts[k] > counts[most]) most = k;
  }
  std::vector<double> series;
  series.reserve(dataset.size());
  for (const auto label : dataset.truth.classes) series.push_back(label == most ? 1 : 0);
  return series;
}

double lag_correlation(const std::vector<double>& series) {
  double mean = 0;
  for (const double value : series) mean += value / static_cast<double>(series.size());
  double variance = 0;
  double covariance = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    variance += (series[i] - mean) * (series[i] - mean);
    if (i > 0) covariance += (series[i] - mean) * (series[i - 1] - mean);
  }
  return variance > 0 ? covariance / variance : 0;
}

}  // namespace

std::optional<data::Finding> check_row_order(const Dataset& dataset) {
  if (!dataset.time.empty()) return std::nullopt;
  const double correlation = lag_correlation(series_of(dataset));
  const double chance = kStandardErrors / std::sqrt(static_cast<double>(dataset.size()));
  if (correlation < std::max(kNotable, chance)) return std::nullopt;
  return data::Finding{
      "learn.ordered_rows", dataset.schema.target,
      fmt::format("neighbouring rows have alike targets (autocorrelation {:.2f}), so a random "
                  "split flatters the score if the rows are ordered by time",
                  correlation),
      "if they are, name the column that orders them with --time-column"};
}

}  // namespace mlops::learn
