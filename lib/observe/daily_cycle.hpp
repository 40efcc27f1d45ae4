// The daily cycle of a score, learnt from the hours of the last week, so that the hours of a day
// can be told from what they usually are instead of waiting for the day to end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "observe/stream.hpp"
#include "observe/week.hpp"

namespace mlops::observe {

/// How far the mean of a score lies off that of its day in each hour of the day (UTC), in units of
/// the score. A plain value.
struct DailyCycle {
  std::vector<float> off;   ///< 24; empty: hours are even
  std::vector<float> rows;  ///< from which each was learnt

  /// Log evidence of n more rows, after `before` others of the same hour, without what the cycle
  /// makes of them: for each bet less n log(1 + lambda off), so that a mean at the limit plus `off`
  /// wins nothing on average, and divided by 1 + (before + n) / rows, for `off` is itself a mean of
  /// that many rows. 0 in an hour of the day that no row came in.
  [[nodiscard]] PerBet without(const PerBet& log_evidence, const PerBet& bets, std::int64_t hour,
                               double n, double before) const;
};

/// The cycle of a week: by hour of the day, the mean of what lies off the day's own mean, weighted
/// by rows. Requires: ascending hours.
[[nodiscard]] DailyCycle cycle_of(std::span<const HourMean> week);

/// The hours of the week without the cycle.
[[nodiscard]] std::vector<HourMean> without_cycle(std::span<const HourMean> week,
                                                  const DailyCycle& cycle);

/// How much the days of the week differ from the cycle of the other days: for each day the sum over
/// its hours of the squared distance over its variance, deviation^2 (1/n_h + 1/N_h), by H - 1; 1 on
/// average where the cycle returns every day. Nothing for fewer than six days with two hours that
/// can be compared.
[[nodiscard]] std::optional<DayStatistics> fit_of_cycle(std::span<const HourMean> week,
                                                        double deviation);

}  // namespace mlops::observe
