#include "workflow/paired.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mlops::workflow {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

double Paired::z() const noexcept {
  if (standard_error > 0) return mean / standard_error;
  return mean > 0 ? kInfinity : mean < 0 ? -kInfinity : 0.0;
}

double Paired::p_better() const noexcept {
  return 0.5 * std::erfc(z() / std::sqrt(2.0));
}

Paired paired(std::span<const double> differences) {
  const auto n = static_cast<double>(differences.size());
  if (differences.size() < 2) return {0, kInfinity, differences.size()};
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / n;
  double squares = 0;
  for (const double d : differences) squares += (d - mean) * (d - mean);
  return {mean, std::sqrt(squares / (n - 1) / n), differences.size()};
}

Paired paired_in_time(std::span<const double> differences) {
  Paired test = paired(differences);
  const auto batch = static_cast<std::size_t>(std::sqrt(static_cast<double>(differences.size())));
  if (batch < 2) return test;
  std::vector<double> means;
  for (std::size_t first = 0; first + batch <= differences.size(); first += batch) {
    const auto rows = differences.subspan(first, batch);
    means.push_back(std::accumulate(rows.begin(), rows.end(), 0.0) / static_cast<double>(batch));
  }
  test.standard_error = std::max(test.standard_error, paired(means).standard_error);
  return test;
}

std::vector<double> loss_differences(data::Metric metric, const data::Predictions& first,
                                     const data::Predictions& second, const data::Truth& truth) {
  std::vector<double> differences = data::row_losses(metric, first, truth);
  const std::vector<double> subtracted = data::row_losses(metric, second, truth);
  for (std::size_t row = 0; row < differences.size(); ++row) differences[row] -= subtracted[row];
  return differences;
}

}  // namespace mlops::workflow
