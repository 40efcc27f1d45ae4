#include "observe/drift.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

#include "observe/counts.hpp"
#include "observe/distribution.hpp"

namespace mlops::observe {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kFloorLevel = 0.99;

/// p ln(p / m), 0 where p is 0.
double entropy_term(double p, double m) {
  return p > 0 ? p * std::log(p / m) : 0;
}

}  // namespace

std::vector<double> smoothed_shares(Counts counts) {
  assert(!counts.empty());
  const double n = total(counts) + 0.5 * static_cast<double>(counts.size());
  std::vector<double> shares(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    shares[i] = (static_cast<double>(counts[i]) + 0.5) / n;
  return shares;
}

double population_stability_index(std::span<const double> reference,
                                  std::span<const double> current) {
  assert(reference.size() == current.size());
  double sum = 0;
  for (std::size_t i = 0; i < reference.size(); ++i)
    sum += (current[i] - reference[i]) * std::log(current[i] / reference[i]);
  return sum;
}

double psi_noise_floor(double n_reference, double n_current, std::size_t n_bins) {
  if (n_bins < 2) return 0;
  return (1 / n_reference + 1 / n_current) *
         chi_square_quantile(kFloorLevel, static_cast<double>(n_bins - 1));
}

double jensen_shannon_distance(std::span<const double> reference, std::span<const double> current) {
  assert(reference.size() == current.size());
  double nats = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double middle = 0.5 * (reference[i] + current[i]);
    nats += 0.5 * (entropy_term(reference[i], middle) + entropy_term(current[i], middle));
  }
  return std::sqrt(std::max(nats, 0.0) / std::numbers::ln2);
}

double jensen_shannon_noise_floor(double n_reference, double n_current, std::size_t n_bins) {
  return std::sqrt(psi_noise_floor(n_reference, n_current, n_bins) / (8 * std::numbers::ln2));
}

double kolmogorov_smirnov(Counts reference, Counts current) {
  assert(reference.size() == current.size());
  const double m = total(reference);
  const double n = total(current);
  if (m == 0 || n == 0) return kNan;
  double largest = 0;
  double below_reference = 0;
  double below_current = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    below_reference += static_cast<double>(reference[i]);
    below_current += static_cast<double>(current[i]);
    largest = std::max(largest, std::abs(below_reference / m - below_current / n));
  }
  return largest;
}

double kolmogorov_smirnov_p(double statistic, double n_reference, double n_current) {
  return kolmogorov_survival(std::sqrt(n_reference * n_current / (n_reference + n_current)) *
                             statistic);
}

ChiSquare chi_square(Counts reference, Counts current) {
  assert(reference.size() == current.size());
  const double m = total(reference);
  const double n = total(current);
  if (m == 0 || n == 0) return {kNan, 0};
  ChiSquare result;
  std::size_t n_used = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double both = static_cast<double>(reference[i]) + static_cast<double>(current[i]);
    if (both == 0) continue;
    ++n_used;
    const double expected_reference = both * m / (m + n);
    const double expected_current = both * n / (m + n);
    const double gap = static_cast<double>(current[i]) - expected_current;
    result.statistic += gap * gap * (1 / expected_reference + 1 / expected_current);
  }
  result.df = static_cast<double>(n_used) - 1;
  return result;
}

double wasserstein(Counts reference, Counts current, std::span<const double> positions) {
  assert(reference.size() == current.size() && positions.size() == current.size());
  const double m = total(reference);
  const double n = total(current);
  if (m == 0 || n == 0) return kNan;
  double sum = 0;
  double below_reference = 0;
  double below_current = 0;
  for (std::size_t i = 0; i + 1 < reference.size(); ++i) {
    below_reference += static_cast<double>(reference[i]);
    below_current += static_cast<double>(current[i]);
    sum += std::abs(below_reference / m - below_current / n) * (positions[i + 1] - positions[i]);
  }
  return sum;
}

}  // namespace mlops::observe
