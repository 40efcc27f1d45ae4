#include "data/profile.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace mlops::data {
namespace {

/// Few enough that the noise of a level stays below the drift worth telling with a few hundred
/// rows. Chosen by us.
constexpr std::size_t kMaxLevels = 50;

bool is_numeric(ColumnKind kind) {
  return kind == ColumnKind::number || kind == ColumnKind::datetime;
}

/// Distinct quantiles at i/20, and the outermost hundredths: a cluster far out is seen in half the
/// time with bins that are hardly more than the tail (docs/statistics.md). Equal neighbours
/// collapse, so that heavy values get bins of their own.
std::vector<double> quantile_edges(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::vector<double> edges;
  const auto add_quantile = [&](std::size_t percent) {
    const double edge = values[(values.size() - 1) * percent / 100];
    const bool splits = edge < values.back();
    if (splits && (edges.empty() || edge > edges.back())) edges.push_back(edge);
  };
  add_quantile(1);
  for (std::size_t percent = 5; percent < 100; percent += 5) add_quantile(percent);
  add_quantile(99);
  return edges;
}

void add_moments(ColumnProfile& profile, const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean) / n;
  profile.mean = mean;
  profile.standard_deviation = std::sqrt(squares);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  profile.minimum = *low;
  profile.maximum = *high;
}

/// Bins, counts and moments from the cells of one column.
ColumnProfile profile_of(std::string name, ColumnKind kind, std::vector<std::string> levels,
                         const std::vector<double>& cells) {
  ColumnProfile profile{.name = std::move(name), .kind = kind};
  std::vector<double> present;
  for (const double cell : cells) {
    if (std::isnan(cell)) {
      ++profile.n_missing;
    } else if (!is_numeric(kind) && cell == kUnseenCategory) {
      ++profile.n_unseen;
    } else {
      present.push_back(cell);
    }
  }
  profile.n_present = present.size();
  if (is_numeric(kind)) {
    if (!present.empty()) profile.edges = quantile_edges(present);
    profile.counts.assign(profile.edges.size() + 1, 0);
  } else {
    if (levels.size() > kMaxLevels) levels.resize(kMaxLevels);
    profile.levels = std::move(levels);
    profile.counts.assign(profile.levels.size() + 1, 0);
  }
  for (const double cell : present) ++profile.counts[profile.bin_of(cell)];
  if (!present.empty()) add_moments(profile, present);
  return profile;
}

std::vector<double> column_cells(const ConformedRows& rows, std::size_t feature) {
  std::vector<double> cells(rows.n_rows);
  for (std::size_t row = 0; row < rows.n_rows; ++row) cells[row] = rows.row(row)[feature];
  return cells;
}

ColumnProfile prediction_profile(const Schema& schema, const Predictions& predictions) {
  std::vector<double> cells(predictions.n_rows);
  for (std::size_t row = 0; row < cells.size(); ++row)
    cells[row] = prediction_cell(predictions, row);
  const bool labels = schema.task == Task::multiclass;
  return profile_of("(prediction)", labels ? ColumnKind::category : ColumnKind::number,
                    labels ? schema.classes : std::vector<std::string>{}, cells);
}

}  // namespace

std::size_t ColumnProfile::bin_of(double cell) const noexcept {
  if (is_numeric(kind)) {
    return static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), cell) -
                                    edges.begin());
  }
  return std::min(static_cast<std::size_t>(cell), levels.size());
}

ReferenceProfile build_profile(const Schema& schema, const ConformedRows& rows,
                               const Predictions& predictions, std::span<const double> importance) {
  ReferenceProfile profile{.n_rows = rows.n_rows};
  const std::vector<std::size_t> features = schema.feature_columns();
  for (std::size_t feature = 0; feature < features.size(); ++feature) {
    const ColumnSchema& column = schema.columns[features[feature]];
    profile.features.push_back(
        profile_of(column.name, column.kind, column.categories, column_cells(rows, feature)));
    if (feature < importance.size()) profile.features.back().importance = importance[feature];
  }
  profile.prediction = prediction_profile(schema, predictions);
  return profile;
}

double prediction_cell(const Predictions& predictions, std::size_t row) {
  switch (predictions.task) {
    case Task::regression:
      return predictions.values[row];
    case Task::binary:
      return predictions.probabilities_of(row)[1];
    case Task::multiclass:
      return static_cast<double>(predictions.labels[row]);
  }
  return std::nan("");
}

}  // namespace mlops::data
