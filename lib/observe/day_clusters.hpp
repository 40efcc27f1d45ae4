// Columns whose rows are alike within a day although a day differs from the next: the day of the
// week, a holiday, today's rate of exchange. Their days are so many observations, not their rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlops::observe {

/// The rows of a quantity's first days in runs: hours on end until four rows are there. Days may
/// begin at any hour of UTC where people live, and few runs are of two of them.
struct RunsOfRows {
  std::vector<std::uint64_t> open;  ///< rows of the latest run
  double n_closed = 0;              ///< runs before it
  double differing = 0;             ///< sum over them of the chance that two of their rows differ

  void add_hour(std::span<const std::uint64_t> counts);
};

/// The intraclass correlation of the rows of a day, as far as few days show it: 1 - 2 w / r, at
/// least 0, with w the chance that two rows of one day differ, in the mean of the days, and r that
/// of two reference rows. So 0 where w is at least half of r, as in rows that are drawn anew, and 1
/// where each day has one value. The same of runs, where that is more. A column that has had one
/// value for a week is not told from the calendar but stuck: 0. `shares` are the reference's, of
/// all bins; the last of `days` may be open. The log evidence of n such rows is worth 1 / (1 + n
/// rho) of it (Kish, "Survey sampling", 1965, section 5.4: the design effect of clusters).
[[nodiscard]] double intraclass_correlation(std::span<const std::vector<std::uint64_t>> days,
                                            const RunsOfRows& runs, std::span<const double> shares);

}  // namespace mlops::observe
