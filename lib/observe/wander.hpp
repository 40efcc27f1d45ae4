// How far the mean of a score wanders from day to day although nothing has changed, and what that
// leaves of a day's evidence. A posterior over a fixed set of models of day means, so that few days
// leave much possible and many days little.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "observe/time_structure.hpp"

namespace mlops::observe {

/// What the means of days are measured by.
struct DayScale {
  double level = 0;             ///< of the score while nothing has changed
  double unit = 0;              ///< by which it may be off and wanderings are counted; > 0
  double deviation = 0;         ///< of a row; > 0
  double new_at_first = 0.002;  ///< chance that the first day is of another level already
};

/// What closed days make possible. In each possibility the log evidence L of n rows of a day is
/// worth L / phi, phi = 1 + n a: the variance of a sum of many such days to that of independent
/// rows. Possible are a = 0, independent rows, and six sizes of a, each kSizeRatio times the one
/// before.
struct Wandering {
  static constexpr std::size_t kSizes = 6;
  static constexpr double kSizeRatio = 6;

  double smallest = 0;                            ///< of the sizes
  std::array<double, 1 + kSizes> weight = {1.0};  ///< independent rows first; sums to 1

  /// What all possibilities together leave of the log evidence of n rows of one day:
  /// -log(sum of w exp(-L / phi)), the log of the evidence against their mixture, in which each
  /// counts against its own. Above 12, about what an alarm takes, it goes on in a straight line
  /// from 0, so that a wandering that is hardly possible bounds what a day can say and does not
  /// silence it.
  [[nodiscard]] double discounted(double log_evidence, double n) const;
  /// What the log evidence of n rows is divided by on that line.
  [[nodiscard]] double phi(double n) const;
};

/// Models: nothing but independent rows (a = 0); day means that follow an AR(1) process of
/// deviation tau and correlation r in {0, 0.5, 0.75, 0.92} about their level (a deviation^2 = tau^2
/// (1 + r) / (1 - r), the variance of a sum of many days, the smaller tau the likelier); means of
/// their own for each day of the week (tau^2 / 2: whole weeks cancel, prior 3/10 of all wandering),
/// recognized where every day has rows. tau is one of five multiples of the unit from 1.5 to 16.
/// A model's weight goes to the two sizes beside its a, in proportion to its nearness in log a.
/// That anything wanders has a prior of 0.03 before any day, which grows to 0.3 in three weeks: the
/// longer a time, the likelier it is that something has begun to. In each model the level is off by
/// 0.4 units or so, and a day may be the first of a new level (1 in 500, the first as the scale
/// says), so that a change is no wandering. The densities are those of Kalman filters (Harvey,
/// "Forecasting, structural time series models and the Kalman filter", 1989, chapter 3). Requires:
/// every n > 0.
[[nodiscard]] Wandering wandering_of(std::span<const PeriodMean> days, const DayScale& scale);

}  // namespace mlops::observe
