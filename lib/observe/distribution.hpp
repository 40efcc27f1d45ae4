// The distribution functions that thresholds and p-values are made of.
#pragma once

namespace mlops::observe {

/// P(Z <= x) of the standard normal.
[[nodiscard]] double normal_cdf(double x) noexcept;

/// x with P(Z <= x) = p, to about 1e-15 relative. Requires: 0 < p < 1.
/// Method: Abramowitz & Stegun 26.2.23 as a start, then Halley steps on the tail itself.
[[nodiscard]] double normal_quantile(double p) noexcept;

/// P(X > x) of chi-square with `df` degrees of freedom. Requires: df > 0, x >= 0.
/// Method: regularised incomplete gamma function by series or continued fraction,
/// Abramowitz & Stegun 6.5.29 and 6.5.31.
[[nodiscard]] double chi_square_survival(double x, double df) noexcept;

/// x with P(X <= x) = p. Requires: df > 0, 0 < p < 1.
/// Method: Wilson & Hilferty's normal approximation (PNAS 17, 1931) as a start, then Newton steps.
[[nodiscard]] double chi_square_quantile(double p, double df) noexcept;

/// P(K > x) of Kolmogorov's limiting distribution of sqrt(n) * D.
/// Source: Kolmogorov 1933; series as in Marsaglia, Tsang & Wang, J. Stat. Softw. 8 (2003).
[[nodiscard]] double kolmogorov_survival(double x) noexcept;

}  // namespace mlops::observe
