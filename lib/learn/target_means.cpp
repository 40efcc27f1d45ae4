#include "learn/target_means.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlops::learn {

namespace {

/// Chosen by us: 20 and 100 gave the same accuracy on three data sets.
constexpr double kSmoothing = 20;

std::size_t n_targets_of(const Dataset& dataset) {
  return dataset.n_classes > 2 ? dataset.n_classes : 1;
}

/// Adds the row's targets to `sums`: the number, or an indicator a class.
void add_target(const Dataset& dataset, std::size_t row, double weight, std::span<double> sums) {
  if (dataset.n_classes == 0) {
    sums[0] += weight * dataset.truth.values[row];
  } else if (sums.size() == 1) {
    sums[0] += dataset.truth.classes[row] == 1 ? weight : 0;
  } else {
    sums[dataset.truth.classes[row]] += weight;
  }
}

/// Weighted target sums of one group of rows: a level, the missing cells, or all.
struct GroupSums {
  double count = 0;
  double n_rows = 0;
  std::vector<double> sums;
};

struct LevelSums {
  std::vector<GroupSums> levels;
  GroupSums missing;
  GroupSums all;
};

LevelSums sum_levels(const Dataset& dataset, const RowIndices& rows, std::size_t feature) {
  const GroupSums empty{0, 0, std::vector<double>(n_targets_of(dataset))};
  LevelSums result{std::vector(dataset.column_of(feature).categories.size(), empty), empty, empty};
  const auto add = [&](GroupSums& group, std::size_t row) {
    group.count += dataset.weight(row);
    group.n_rows += 1;
    add_target(dataset, row, dataset.weight(row), group.sums);
  };
  for (const auto row : rows) {
    const double cell = dataset.cell(row, feature);
    add(result.all, row);
    if (std::isnan(cell)) {
      add(result.missing, row);
    } else if (cell >= 0) {
      add(result.levels[static_cast<std::size_t>(cell)], row);
    }
  }
  return result;
}

void append_means(const GroupSums& group, const GroupSums& all, std::vector<float>& means) {
  for (std::size_t k = 0; k < group.sums.size(); ++k) {
    const double overall = all.count > 0 ? all.sums[k] / all.count : 0;
    means.push_back(
        static_cast<float>((group.sums[k] + kSmoothing * overall) / (group.count + kSmoothing)));
  }
}

}  // namespace

model::TargetMap fit_target_map(const Dataset& dataset, const RowIndices& rows,
                                std::size_t feature) {
  const auto sums = sum_levels(dataset, rows, feature);
  model::TargetMap map;
  map.n_targets = static_cast<std::uint32_t>(n_targets_of(dataset));
  for (const auto& level : sums.levels) {
    append_means(level, sums.all, map.values);
    map.log_counts.push_back(static_cast<float>(std::log1p(level.n_rows)));
  }
  append_means({0, 0, std::vector<double>(map.n_targets)}, sums.all, map.unseen);
  append_means(sums.missing, sums.all, map.missing);
  map.missing_log_count = static_cast<float>(std::log1p(sums.missing.n_rows));
  return map;
}

model::Encoder with_target_means_of(const model::Encoder& encoder, const Dataset& dataset,
                                    const RowIndices& rows) {
  auto encodings = encoder.encodings();
  for (auto& encoding : encodings) {
    auto* map = std::get_if<model::TargetMap>(&encoding.step);
    if (map == nullptr) continue;
    auto fresh = fit_target_map(dataset, rows, encoding.feature);
    map->values = std::move(fresh.values);
    map->unseen = std::move(fresh.unseen);
    map->missing = std::move(fresh.missing);
  }
  return {std::move(encodings), encoder.n_features()};
}

}  // namespace mlops::learn
