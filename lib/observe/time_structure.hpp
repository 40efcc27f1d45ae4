// How much more the means of hours and days vary than independent rows would: the correction that
// keeps alarms rare where traffic has daily cycles, weekends and better and worse days. Measured
// from closed periods only, so that it is fixed before the period it is used for.
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

/// (m_b - m_{b-lag})^2 / (sd^2 (1/n_b + 1/n_{b-lag})) of periods `lag` apart: 1 on average where
/// rows are independent. Empty for too few periods. Requires: every n > 0, lag > 0.
[[nodiscard]] std::vector<double> squared_steps(std::span<const PeriodMean> periods,
                                                double deviation, std::size_t lag = 1);

/// Overdispersion from steps: their mean without the largest one (two from 14 on), divided by what
/// that mean is for independent rows. A level shift is one large step and is left out; weekends
/// are two in seven and are not. Requires: at least 7 steps.
/// The divisors are simulated means of trimmed chi-square(1) samples (docs/statistics.md).
[[nodiscard]] double overdispersion_of_steps(std::span<const double> steps);

/// Overdispersion from the spread of the periods' means about their median (median absolute
/// deviation / 0.67449), against independent rows of the last period's number: sees a mean that
/// wanders so slowly that no step is large. 1 for fewer than 8 periods.
[[nodiscard]] double overdispersion_of_means(std::span<const PeriodMean> periods, double deviation);

/// The larger of the two above, at least 1; 1 before there are 7 steps.
[[nodiscard]] double overdispersion_of_days(std::span<const PeriodMean> days, double deviation);

/// By how much the evidence of many days exceeds what independent rows would give: V times
/// (1 + r) / (1 - r), the variance of a sum of days whose neighbours correlate by r (at most 6
/// times). V is the largest excess over 1 of overdispersion_of_days and of the steps over two and
/// three days; r = 1 - (excess of the steps from day to day) / V less half its standard error, at
/// least 0: a mean that wanders from week to week moves little from one day to the next. Where days
/// a week apart differ by less than half of V the week repeats itself, its days cancel, and nothing
/// is added to the two above. 0 where days vary as independent rows do.
[[nodiscard]] double persistent_excess(std::span<const PeriodMean> days, double deviation);

/// phi of a day with n rows from the closed days before it: 1 + 1.2 times the excess above, which
/// grows with n where the day has more rows than those days. Before there are 7 steps:
/// 1 + n tau^2 / sd^2, a wobble of tau from day to day.
[[nodiscard]] double day_overdispersion(std::span<const PeriodMean> days, double n, double tau,
                                        double deviation);

/// phi of an hour from the closed hours before it: median step / 0.4549 (the median of
/// chi-square(1)), at least 1; 1 before 7 steps.
[[nodiscard]] double hour_overdispersion(std::span<const double> steps);

/// How much the hours of one day differ: sum of n_h (m_h - m)^2 / sd^2 / (H - 1), 1 on average
/// where rows are independent. Nothing for fewer than two hours.
[[nodiscard]] std::optional<double> cycle_statistic(std::span<const PeriodMean> hours,
                                                    double deviation);

/// The median; the mean of the middle two for an even number. Requires: not empty.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace mlops::observe
