#include "workflow/weak_segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>

namespace mlops::workflow {
namespace {

/// As in the gate: rows worth a look, and standard errors that chance alone rarely reaches.
constexpr std::size_t kFewestRows = 50;
constexpr double kClearZ = 3.0;
constexpr std::size_t kQuarters = 4;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Group {
  std::string name;
  std::function<bool(double)> holds;
};

struct Moments {
  std::size_t n = 0;
  double sum = 0;
  double squares = 0;

  void add(double value) {
    ++n;
    sum += value;
    squares += value * value;
  }
  [[nodiscard]] double mean() const { return sum / static_cast<double>(n); }
  /// Squared standard error of the mean.
  [[nodiscard]] double error_square() const {
    const auto count = static_cast<double>(n);
    return std::max(0.0, squares - sum * sum / count) / (count - 1) / count;
  }
};

/// Edges of quarters: distinct cells at the quartiles.
std::vector<double> quartiles(std::vector<double> cells) {
  std::vector<double> edges;
  std::sort(cells.begin(), cells.end());
  for (std::size_t quarter = 1; quarter < kQuarters && !cells.empty(); ++quarter) {
    const double edge = cells[(cells.size() - 1) * quarter / kQuarters];
    const bool divides = edge < cells.back() && (edges.empty() || edge > edges.back());
    if (divides) edges.push_back(edge);
  }
  return edges;
}

std::string interval_name(const std::vector<double>& edges, std::size_t part,
                          const std::function<std::string(double)>& text) {
  if (part == 0) return fmt::format("is {} or less", text(edges.front()));
  if (part == edges.size()) return fmt::format("is above {}", text(edges.back()));
  return fmt::format("is above {} and up to {}", text(edges[part - 1]), text(edges[part]));
}

std::vector<Group> number_groups(const std::vector<double>& cells,
                                 const std::function<std::string(double)>& text) {
  std::vector<double> present;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(present),
               [](double cell) { return !std::isnan(cell); });
  const auto edges = quartiles(std::move(present));
  std::vector<Group> groups;
  for (std::size_t part = 0; part <= edges.size() && !edges.empty(); ++part) {
    const double low = part == 0 ? -kInfinity : edges[part - 1];
    const double high = part == edges.size() ? kInfinity : edges[part];
    groups.push_back({interval_name(edges, part, text),
                      [low, high](double cell) { return cell > low && cell <= high; }});
  }
  return groups;
}

std::vector<Group> groups_of(const data::ColumnSchema& column, const std::vector<double>& cells,
                             const std::function<std::string(double)>& text) {
  std::vector<Group> groups;
  for (std::size_t level = 0; level < column.categories.size(); ++level) {
    groups.push_back({fmt::format("is `{}`", column.categories[level]),
                      [level](double cell) { return cell == static_cast<double>(level); }});
  }
  if (column.categories.empty()) groups = number_groups(cells, text);
  groups.push_back({"is missing", [](double cell) { return std::isnan(cell); }});
  return groups;
}

/// 1 for a wrong class, or the absolute error.
std::vector<double> row_errors(const SegmentInput& input) {
  const bool regression = input.schema.task == data::Task::regression;
  return data::row_losses(regression ? data::Metric::mae : data::Metric::accuracy, input.answers,
                          input.truth);
}

/// A group that is clearly worse than the rows outside it.
std::optional<WeakSegment> judged(const std::string& column, const Group& group,
                                  const std::vector<double>& cells,
                                  const std::vector<double>& errors) {
  Moments inside;
  Moments outside;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    (group.holds(cells[row]) ? inside : outside).add(errors[row]);
  }
  if (inside.n < kFewestRows || outside.n < kFewestRows) return std::nullopt;
  const double spread = std::sqrt(inside.error_square() + outside.error_square());
  if (!(inside.mean() - outside.mean() > kClearZ * spread)) return std::nullopt;
  return WeakSegment{column, group.name, inside.n, inside.mean(), outside.mean()};
}

}  // namespace

std::vector<WeakSegment> weak_segments(const SegmentInput& input, std::size_t most) {
  const auto errors = row_errors(input);
  const data::RowConformer conformer(input.schema);
  const auto features = input.schema.feature_columns();
  std::vector<WeakSegment> worst;
  for (std::size_t feature = 0; feature < features.size(); ++feature) {
    const auto& column = input.schema.columns[features[feature]];
    std::vector<double> cells;
    for (std::size_t row = 0; row < input.rows.n_rows; ++row) {
      cells.push_back(input.rows.row(row)[feature]);
    }
    std::optional<WeakSegment> of_column;
    const auto text = [&](double cell) { return conformer.to_text(feature, cell); };
    for (const auto& group : groups_of(column, cells, text)) {
      const auto found = judged(column.name, group, cells, errors);
      if (found && (!of_column || found->error > of_column->error)) of_column = found;
    }
    if (of_column) worst.push_back(*of_column);
  }
  std::stable_sort(worst.begin(), worst.end(),
                   [](const auto& a, const auto& b) { return a.error > b.error; });
  worst.resize(std::min(worst.size(), most));
  return worst;
}

}  // namespace mlops::workflow
