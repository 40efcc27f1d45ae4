#include "data/linear_pursuit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlops::data {
namespace {

constexpr std::size_t kMostColumns = 8;
/// A column that keeps less than this share of its variance is a combination of chosen ones.
constexpr double kDependent = 1e-10;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void subtract(Vector& from, double factor, const Vector& what) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= factor * what[i];
}

/// Missing cells become the mean, then the mean becomes 0.
void center(Vector& values) {
  double sum = 0;
  double n = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++n;
  }
  const double mean = n > 0 ? sum / n : 0;
  for (double& value : values) value = std::isnan(value) ? 0 : value - mean;
}

bool adds_up(const std::vector<Vector>& columns, const std::vector<std::size_t>& chosen,
             const Vector& target) {
  const double scale = std::sqrt(dot(target, target) / static_cast<double>(target.size()));
  for (std::size_t row = 0; row < target.size(); ++row) {
    double sum = 0;
    for (const std::size_t i : chosen) sum += columns[i][row];
    if (!(std::fabs(sum - target[row]) <= 1e-9 * scale)) return false;
  }
  return true;
}

}  // namespace

LinearPursuit pursue_linearly(std::vector<Vector> columns, const Vector& target, double enough) {
  LinearPursuit result;
  const std::vector<Vector> original = columns;
  Vector rest = target;
  center(rest);
  const double total = dot(rest, rest);
  if (!(total > 0)) return result;
  Vector norms;
  for (Vector& column : columns) {
    center(column);
    norms.push_back(dot(column, column));
  }
  while (result.explained < enough && result.columns.size() < kMostColumns) {
    double best = 0;
    std::size_t best_column = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const double norm = dot(columns[i], columns[i]);
      if (!(norm > kDependent * norms[i])) continue;
      const double along = dot(columns[i], rest);
      if (along * along / norm > best) {
        best = along * along / norm;
        best_column = i;
      }
    }
    if (best_column == columns.size()) break;
    result.columns.push_back(best_column);
    Vector direction = columns[best_column];
    const double norm = dot(direction, direction);
    for (Vector& column : columns) subtract(column, dot(column, direction) / norm, direction);
    subtract(rest, dot(rest, direction) / norm, direction);
    result.explained = 1 - dot(rest, rest) / total;
  }
  result.plain_sum = result.explained >= enough && adds_up(original, result.columns, target);
  return result;
}

}  // namespace mlops::data
