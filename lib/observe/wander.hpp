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

/// What closed days make possible of the next one: that it is like the reference, or that it lies
/// off by about `off`, give or take a variance that is one of seven sizes, each kSizeRatio times
/// the one before.
struct Wandering {
  static constexpr std::size_t kSizes = 7;
  static constexpr double kSizeRatio = 4;

  double smallest = 0;                            ///< of the sizes, in squared deviations of a row
  std::array<double, 1 + kSizes> weight = {1.0};  ///< no wandering first; sums to 1
  std::array<double, 1 + kSizes> off{};           ///< upwards, in units of the score; not below 0

  double lasting = 0;  ///< what a row of a day adds to the overdispersion of a sum of many days

  /// What all possibilities together leave of the log evidence L of n rows of the day for a bet
  /// lambda: the log of the evidence against their mixture, in which each counts against its own,
  /// -log(sum of w exp(-(L - lambda n off) / phi)), phi = 1 + n size. Above 12, about what an alarm
  /// takes, it goes on with the slope 1 / phi(n), so that a wandering that is hardly possible
  /// bounds what a day can say and does not silence it.
  [[nodiscard]] double discounted(double log_evidence, double n, double bet) const;
  /// What would leave of a log evidence of 12 what all leave together where no day lies off.
  [[nodiscard]] double phi(double n) const;
  /// What the log evidence of many days of n rows is divided by, in the same sense: a model's phi
  /// is 1 + n tau^2 (1 + r) / (1 - r) / deviation^2, for days of the week 1 + n tau^2 / 2 /
  /// deviation^2 because whole weeks cancel. No day is predicted from the one before.
  [[nodiscard]] double phi_of_many(double n) const { return 1 + n * lasting; }
};

/// The prediction of the day after `days`, by models: nothing but independent rows; day means that
/// follow an AR(1) process of deviation tau and correlation r in {0, 0.5, 0.75, 0.92} about their
/// level (the smaller tau the likelier); means of their own for each day of the week (prior 3/10 of
/// all wandering), recognized where every day has rows. tau is one of five multiples of the unit
/// from 1.5 to 16. A model's weight goes to the two sizes beside the variance that it predicts, in
/// proportion to its nearness in logarithms.
/// Only the first `n_learnt` days say which model is likely; all say how far off the next day is.
/// `n` rows are a usual day's, for `lasting`.
/// That anything wanders has a prior of 0.03 before any day, which grows to 0.3 in three weeks: the
/// longer a time, the likelier it is that something has begun to. In each model the level is off by
/// 0.4 units or so, and a day may be the first of a new level (1 in 500, the first as the scale
/// says), so that a change is no wandering. The densities are those of Kalman filters (Harvey,
/// "Forecasting, structural time series models and the Kalman filter", 1989, chapter 3). Requires:
/// every n > 0.
[[nodiscard]] Wandering wandering_of(std::span<const PeriodMean> days, std::size_t n_learnt,
                                     const DayScale& scale, double n);

}  // namespace mlops::observe
