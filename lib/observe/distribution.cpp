#include "observe/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace mlops::observe {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

double normal_density(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
}

double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);  // std::lgamma writes a global
}

/// Lower regularised incomplete gamma P(a, x) by its series; good for x < a + 1.
double gamma_lower(double a, double x) {
  double term = 1 / a;
  double sum = term;
  for (double n = a + 1; std::abs(term) > std::abs(sum) * kEpsilon; n += 1) {
    term *= x / n;
    sum += term;
  }
  return sum * std::exp(-x + a * std::log(x) - log_gamma(a));
}

/// Upper regularised incomplete gamma Q(a, x) by Lentz's continued fraction; good for x >= a + 1.
double gamma_upper(double a, double x) {
  constexpr double kTiny = 1e-300;
  constexpr int kMaxSteps = 10'000;
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double h = d;
  for (int i = 1; i < kMaxSteps; ++i) {
    const double numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    c = b + numerator / c;
    c = std::abs(c) < kTiny ? kTiny : c;
    const double step = c * d;
    h *= step;
    if (std::abs(step - 1) < kEpsilon) break;
  }
  return h * std::exp(-x + a * std::log(x) - log_gamma(a));
}

}  // namespace

double normal_cdf(double x) noexcept {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double normal_quantile(double p) noexcept {
  const double tail = p < 0.5 ? p : 1 - p;
  const double t = std::sqrt(-2 * std::log(tail));
  double x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (int i = 0; i < 5; ++i) {
    const double newton = (normal_cdf(x) - tail) / normal_density(x);
    const double step = newton / (1 + 0.5 * x * newton);
    x -= step;
    if (std::abs(step) <= 2 * kEpsilon * std::abs(x)) break;
  }
  return p < 0.5 ? x : -x;
}

double chi_square_survival(double x, double df) noexcept {
  if (x <= 0) return 1;
  const double a = df / 2;
  return x / 2 < a + 1 ? 1 - gamma_lower(a, x / 2) : gamma_upper(a, x / 2);
}

double chi_square_quantile(double p, double df) noexcept {
  const double z = normal_quantile(p);
  const double k = 2 / (9 * df);
  double x = df * std::pow(std::max(1 - k + z * std::sqrt(k), 1e-3), 3);
  const double a = df / 2;
  for (int i = 0; i < 100; ++i) {
    const double log_density = (a - 1) * std::log(x) - x / 2 - a * std::numbers::ln2 - log_gamma(a);
    const double step = (chi_square_survival(x, df) - (1 - p)) / std::exp(log_density);
    const double next = x + step;
    const double moved = next > 0 ? next : x / 2;
    const bool settled = std::abs(moved - x) <= 4 * kEpsilon * x;
    x = moved;
    if (settled) break;
  }
  return x;
}

double kolmogorov_survival(double x) noexcept {
  if (x <= 0) return 1;
  if (x < 1) {  // the other series converges slowly here
    double sum = 0;
    for (int k = 1; k <= 20; k += 2)
      sum += std::exp(-k * k * std::numbers::pi * std::numbers::pi / (8 * x * x));
    return 1 - std::sqrt(2 * std::numbers::pi) / x * sum;
  }
  double sum = 0;
  for (int k = 1; k <= 20; ++k) {
    const double term = std::exp(-2.0 * k * k * x * x);
    sum += k % 2 == 1 ? term : -term;
  }
  return 2 * sum;
}

}  // namespace mlops::observe
