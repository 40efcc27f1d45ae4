// How far the mean of a score wanders from day to day although nothing has changed, and what that
// does to the evidence of many days. A posterior over a fixed set of models of day means, so that
// few days leave much possible and many days little.
#pragma once

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

/// By how much a row of a day adds to the overdispersion phi of a sum of such days of `n` rows,
/// which log evidence is divided by: (phi - 1) / n. A model's phi is 1 + n v / deviation^2; the phi
/// of all is the one that leaves of strong evidence L = 12, about what an alarm takes, what the
/// models leave that the closed days make possible: exp(-L / phi) = sum of w exp(-L / phi_model).
/// So a wandering that is hardly possible bounds what a day can say and does not silence it.
/// Models: nothing but independent rows (v = 0); day means that follow an AR(1) process of
/// deviation tau and correlation r in {0, 0.5, 0.75, 0.92} about their level (v = tau^2 (1 + r) /
/// (1 - r), the variance of a sum of many days, the smaller tau the likelier); means of its own for
/// each day of the week (v = tau^2 / 2: whole weeks cancel, prior 3/10 of all wandering),
/// recognized where every day has rows. tau is one of five multiples of the unit from 1.5 to 16.
/// That anything wanders has a prior of 0.03 before any day, which grows to 0.3 in three weeks: the
/// longer a time, the likelier it is that something has begun to. In each model the level is off by
/// 0.4 units or so, and a day may be the first of a new level (1 in 500, the first as the scale
/// says), so that a change is no wandering. The densities are those of Kalman filters (Harvey,
/// "Forecasting, structural time series models and the Kalman filter", 1989, chapter 3). Requires:
/// every n > 0.
[[nodiscard]] double wander_per_row(std::span<const PeriodMean> days, const DayScale& scale,
                                    double n);

}  // namespace mlops::observe
