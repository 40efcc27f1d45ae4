// How far a sample lies from the reference: distances between two histograms over the same bins,
// and what equal data of the same size would give. Numbers only; whether it is an alarm is decided
// elsewhere (watch.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlops::observe {

using Counts = std::span<const std::uint64_t>;

/// Shares of the bins with half a row added to each, so that every logarithm exists:
/// (c + 1/2) / (n + B/2). The half is Jeffreys' prior; with it the noise floors below hold from
/// n = 50 on (docs/statistics.md). Requires: at least one bin.
[[nodiscard]] std::vector<double> smoothed_shares(Counts counts);

/// Population stability index, sum of (p - q) ln(p / q) over the bins' shares; >= 0.
/// Requires: equal lengths, every share > 0.
/// Source: Lewis, An Introduction to Credit Scoring (1994); it is Jeffreys' divergence.
[[nodiscard]] double population_stability_index(std::span<const double> reference,
                                                std::span<const double> current);

/// 99 % quantile of that index when both samples come from one distribution:
/// (1/n + 1/m) chi2(B - 1; 0.99). 0 when there is one bin, infinite without rows.
/// Source: Yurdakul & Naranjo, "Statistical properties of the population stability index" (2020).
[[nodiscard]] double psi_noise_floor(double n_reference, double n_current, std::size_t n_bins);

/// Jensen-Shannon distance: the square root of the divergence in bits; 0..1.
/// Source: Endres & Schindelin, IEEE Trans. Inf. Theory 49 (2003).
[[nodiscard]] double jensen_shannon_distance(std::span<const double> reference,
                                             std::span<const double> current);

/// 99 % quantile of that distance for equal data: sqrt of the index's floor / (8 ln 2).
[[nodiscard]] double jensen_shannon_noise_floor(double n_reference, double n_current,
                                                std::size_t n_bins);

/// Largest difference of the two cumulative shares at a bin's end, counts unsmoothed: the
/// Kolmogorov-Smirnov statistic of binned data. NaN when either has no rows.
[[nodiscard]] double kolmogorov_smirnov(Counts reference, Counts current);

/// Its p-value by Kolmogorov's limit, sqrt(nm / (n + m)) D; conservative for binned data.
[[nodiscard]] double kolmogorov_smirnov_p(double statistic, double n_reference, double n_current);

/// Pearson's chi-square statistic of the 2 x B table, bins empty in both left out, and its degrees
/// of freedom. {NaN, 0} when either has no rows.
struct ChiSquare {
  double statistic = 0;
  double df = 0;
};
[[nodiscard]] ChiSquare chi_square(Counts reference, Counts current);

/// First Wasserstein distance between the two histograms with each bin's mass at its position
/// (ascending): the sum of |F - G| times the gap to the next position. NaN without rows.
[[nodiscard]] double wasserstein(Counts reference, Counts current,
                                 std::span<const double> positions);

}  // namespace mlops::observe
