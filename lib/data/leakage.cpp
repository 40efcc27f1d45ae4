#include "data/leakage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "data/linear_pursuit.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kMostRows = 20000;
constexpr std::size_t kLeastRows = 50;
constexpr std::size_t kBins = 64;
constexpr double kErrorsAvoided = 0.98;
constexpr double kRankCorrelation = 0.999;
constexpr double kExplained = 0.9999;

std::string percent(double share) {
  return fmt::format("{:.1f} %", share * 100);
}

/// Evenly spaced rows among those that are true in `usable`.
std::vector<std::size_t> spaced_rows(const std::vector<bool>& usable) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < usable.size(); ++row) {
    if (usable[row]) rows.push_back(row);
  }
  if (rows.size() <= kMostRows) return rows;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < kMostRows; ++i) some.push_back(rows[i * rows.size() / kMostRows]);
  return some;
}

/// Ranks from 0, equal values sharing their mean rank.
std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
    const double mean_rank = static_cast<double>(i + j - 1) / 2;
    for (; i < j; ++i) ranks[order[i]] = mean_rank;
  }
  return ranks;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

/// The bin of each cell: quantile bins for numbers, the level for categories; missing is a bin.
std::vector<std::size_t> bins_of(const std::vector<double>& cells, bool is_level) {
  std::vector<double> edges;
  if (!is_level) {
    std::vector<double> sorted;
    std::copy_if(cells.begin(), cells.end(), std::back_inserter(sorted),
                 [](double cell) { return !std::isnan(cell); });
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 1; i < kBins && !sorted.empty(); ++i) {
      edges.push_back(sorted[i * sorted.size() / kBins]);
    }
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  }
  std::vector<std::size_t> bins;
  for (const double cell : cells) {
    if (std::isnan(cell)) {
      bins.push_back(0);
    } else if (is_level) {
      bins.push_back(static_cast<std::size_t>(cell) + 1);
    } else {
      const auto edge = std::lower_bound(edges.begin(), edges.end(), cell);
      bins.push_back(static_cast<std::size_t>(edge - edges.begin()) + 1);
    }
  }
  return bins;
}

std::uint32_t most_frequent(const std::map<std::uint32_t, std::size_t>& counts) {
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

/// Share of right answers on odd positions of the majority class of each bin on even ones.
double accuracy_by_bins(const std::vector<std::size_t>& bins,
                        const std::vector<std::uint32_t>& classes) {
  std::map<std::size_t, std::map<std::uint32_t, std::size_t>> counts;
  std::map<std::uint32_t, std::size_t> overall;
  for (std::size_t i = 0; i < bins.size(); i += 2) {
    ++counts[bins[i]][classes[i]];
    ++overall[classes[i]];
  }
  std::map<std::size_t, std::uint32_t> answers;
  for (const auto& [bin, of_bin] : counts) answers[bin] = most_frequent(of_bin);
  const std::uint32_t fallback = most_frequent(overall);
  std::size_t n_right = 0;
  for (std::size_t i = 1; i < bins.size(); i += 2) {
    const auto answer = answers.find(bins[i]);
    n_right += (answer == answers.end() ? fallback : answer->second) == classes[i] ? 1u : 0u;
  }
  return static_cast<double>(n_right) / static_cast<double>(bins.size() / 2);
}

class LeakageSearch {
 public:
  LeakageSearch(const Table& table, const Schema& schema)
      : table_(&table), schema_(&schema), conformer_(schema) {}

  std::vector<Finding> search() {
    const bool regression = schema_->task == Task::regression;
    if (regression) {
      load_amounts();
    } else {
      load_classes();
    }
    if (rows_.size() < kLeastRows) return {};
    const ConformedRows cells = conformer_.from_table(table_->select_rows(rows_));
    regression ? search_amounts(cells) : search_classes(cells);
    return std::move(findings_);
  }

 private:
  void load_amounts() {
    const std::vector<double> all = target_values(*table_, *schema_);
    std::vector<bool> usable;
    for (const double value : all) usable.push_back(!std::isnan(value));
    rows_ = spaced_rows(usable);
    for (const std::size_t row : rows_) amounts_.push_back(all[row]);
  }

  void load_classes() {
    const std::vector<std::uint32_t> all = target_classes(*table_, *schema_);
    std::vector<bool> usable;
    for (const std::uint32_t label : all) usable.push_back(label != kMissingCode);
    rows_ = spaced_rows(usable);
    for (const std::size_t row : rows_) classes_.push_back(all[row]);
  }

  static std::vector<double> column(const ConformedRows& cells, std::size_t feature) {
    std::vector<double> values;
    for (std::size_t row = 0; row < cells.n_rows; ++row) values.push_back(cells.row(row)[feature]);
    return values;
  }

  const ColumnSchema& feature(std::size_t i) const {
    return *schema_->find(conformer_.feature_names()[i]);
  }

  void tell(const std::string& name, const std::string& message) {
    findings_.push_back(
        {"data.target_leakage", name, message,
         fmt::format("if it is not known before the target is: --drop '{}'", name)});
  }

  void search_classes(const ConformedRows& cells) {
    const std::vector<std::size_t> one_bin(classes_.size(), 0);
    const double by_default = accuracy_by_bins(one_bin, classes_);
    for (std::size_t i = 0; i < cells.n_features; ++i) {
      const bool is_level = feature(i).kind == ColumnKind::category;
      const double right = accuracy_by_bins(bins_of(column(cells, i), is_level), classes_);
      if (right - by_default < kErrorsAvoided * (1 - by_default) || right <= by_default) continue;
      tell(feature(i).name, fmt::format("column '{}' alone gives the target '{}' away: it predicts "
                                        "{} of the rows",
                                        feature(i).name, schema_->target, percent(right)));
    }
  }

  void search_amounts(const ConformedRows& cells) {
    std::vector<std::size_t> numeric;
    std::vector<std::vector<double>> columns;
    for (std::size_t i = 0; i < cells.n_features; ++i) {
      if (feature(i).kind != ColumnKind::number) continue;
      std::vector<double> values = column(cells, i);
      if (gives_amounts_away(i, values)) continue;
      numeric.push_back(i);
      columns.push_back(std::move(values));
    }
    if (!findings_.empty()) return;
    const LinearPursuit found = pursue_linearly(std::move(columns), amounts_, kExplained);
    if (found.explained < kExplained) return;
    std::string names;
    for (const std::size_t chosen : found.columns) {
      names += fmt::format("{}'{}'", names.empty() ? "" : " + ", feature(numeric[chosen]).name);
    }
    for (const std::size_t chosen : found.columns) {
      tell(feature(numeric[chosen]).name,
           fmt::format("columns {} give the target '{}' away: {}", names, schema_->target,
                       found.plain_sum ? "they add up to it"
                                       : fmt::format("a weighted sum explains {} of its variance",
                                                     percent(found.explained))));
    }
  }

  /// Whether one numeric feature orders the rows as the target does.
  bool gives_amounts_away(std::size_t i, const std::vector<double>& values) {
    std::vector<double> present;
    std::vector<double> amounts;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (std::isnan(values[row])) continue;
      present.push_back(values[row]);
      amounts.push_back(amounts_[row]);
    }
    if (present.size() * 2 < values.size() || present.size() < kLeastRows) return false;
    const double r = correlation(ranks_of(present), ranks_of(amounts));
    if (std::fabs(r) < kRankCorrelation) return false;
    tell(feature(i).name,
         fmt::format("column '{}' alone gives the target '{}' away: it orders the rows alike (rank "
                     "correlation {:.4f})",
                     feature(i).name, schema_->target, r));
    return true;
  }

  const Table* table_;
  const Schema* schema_;
  RowConformer conformer_;
  std::vector<std::size_t> rows_;
  std::vector<double> amounts_;
  std::vector<std::uint32_t> classes_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> find_leakage(const Table& table, const Schema& schema) {
  return LeakageSearch(table, schema).search();
}

}  // namespace mlops::data
