// How much more the means of hours vary than independent rows would, and how much hours differ
// within a day. Measured from closed periods only, so that it is fixed before the period it is used
// for. How days wander is in wander.hpp.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace mlops::observe {

/// Mean of a score over a period and the rows it is made of.
struct PeriodMean {
  double mean = 0;
  double n = 0;
};

/// (m_b - m_{b-1})^2 / (sd^2 (1/n_b + 1/n_{b-1})) of neighbours: 1 on average where rows are
/// independent. Empty for too few periods. Requires: every n > 0.
[[nodiscard]] std::vector<double> squared_steps(std::span<const PeriodMean> periods,
                                                double deviation);

/// phi of an hour from the closed hours before it: median step / 0.4549 (the median of
/// chi-square(1)), less one standard error, at least 1; 1 before 7 steps.
[[nodiscard]] double hour_overdispersion(std::span<const double> steps);

/// How much the hours of one day differ: sum of n_h (m_h - m)^2 / sd^2 / (H - 1), 1 on average
/// where rows are independent. Nothing for fewer than two hours.
[[nodiscard]] std::optional<double> cycle_statistic(std::span<const PeriodMean> hours,
                                                    double deviation);

/// The median; the mean of the middle two for an even number. Requires: not empty.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace mlops::observe
