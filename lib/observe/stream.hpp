// One watched score: a number in [0, 1] for each row whose mean must not exceed a limit, and the
// evidence against that limit. The evidence is a Shiryaev-Roberts e-detector over a fixed grid of
// bets; it accrues a budget of false alarms in wall-clock time and is valid at every look.
//
// With M_j(0) = 0, at the start of each block M_j += pi_j * w * dt / T, then M_j is multiplied by
// the block's product of 1 + lambda_j (s - mu0); the sum over j reaching 1 is an alarm, and M_j
// starts again at 0. If the mean of s given the past is at most mu0, each factor has a mean of at
// most 1, so the expected number of alarms up to t is at most w t / T, however often somebody
// looks; over streams whose w sum to 1, at most one alarm in T (docs/statistics.md).
// Sources: Shin, Ramdas & Rinaldo, "E-detectors", NEJSDS 2 (2024), arXiv 2203.03532 (accumulation);
// Waudby-Smith & Ramdas, JRSS-B 86 (2024), arXiv 2010.09686 (betting on bounded means);
// Podkopaev & Ramdas, ICLR 2022, arXiv 2110.06177 (tolerance inside the null).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace mlops::observe {

inline constexpr std::size_t kMaxBets = 4;

/// Of a score that never varied in the reference.
inline constexpr double kSmallestDeviation = 1e-3;

/// Of a score whose mean bends where a day shifts the rows (spreads, rare bins), so that days that
/// differ evenly give it a heavy tail, and of one whose mean follows (locations, common levels).
inline constexpr double kCurvedDay = 3;
inline constexpr double kStraightDay = 6;

/// From this limit on a score has no room above it, and its stream nothing to detect.
inline constexpr double kNoRoom = 0.998;

/// One number for each bet. Bets that a stream does not use stay 0.
using PerBet = std::array<double, kMaxBets>;

/// The reference of a score: mean and standard deviation (population form) over n rows.
struct ScoreReference {
  double mean = 0;
  double deviation = 0;
  double n = 0;
};

/// Limit of a share of 0/1 scores: max(q + margin, Wilson's upper bound at z), at most 0.999.
[[nodiscard]] double share_limit(double q, double n, double margin, double z);
/// Limit of the mean of other scores: q + max(margin, z * deviation / sqrt(n)), at most 0.999.
[[nodiscard]] double mean_limit(const ScoreReference& reference, double margin, double z);

/// Normal quantile that a stream's share of the reference's confidence leaves:
/// Phi^-1(1 - 0.05 share), so that with 95 % probability every limit holds at once.
[[nodiscard]] double allowance_z(double share);

/// Bets are optimal for changes of these many standard deviations of the score.
inline constexpr PerBet kBetSizes = {0.05, 0.12, 0.3, 0.8};

/// lambda_j = min(rho_j / deviation, 0.95 / limit), so that no factor reaches 0.
[[nodiscard]] PerBet bets_against(double limit, double deviation);

/// A score over the bins of a histogram and its limit. Immutable.
struct Stream {
  std::string aspect;  ///< for people and tests: "location up", "bin 3 up"
  double share = 0;    ///< w: part of the model's budget
  double limit = 0;    ///< mu0
  double reference = 0;
  double margin = 0;
  double deviation = 0;
  /// The metric people read goes with this power of the score's mean: 1/2 for squared errors.
  double power = 1;
  /// Score of each bin, in [0, 1]; on the down side 1 - the score. A stream of one bin against the
  /// rest has two entries, the rest and the bin, and says which bin.
  std::vector<double> score;
  std::optional<std::size_t> bin;
  std::size_t first_bet = 0;  ///< bets before this one are not used
  double swing = 0;  ///< assumed of the score's mean within a day until enough days are known
  /// Log of what one day at most multiplies evidence by, where days differ: several must speak.
  double most_of_a_day = kCurvedDay;

  PerBet bet{};  ///< lambda; made by `prepare`, as what follows
  /// log(1 + lambda_j (s - mu0)) of each score.
  std::vector<PerBet> log_factor;
  /// The same against the reversed null "mean >= mu0", which resolves an alarm.
  std::vector<PerBet> log_resolve;

  /// Fills the factor tables from the rest. A stream without room never gives evidence.
  void prepare();
  /// The table of log factors against a limit raised by `amplitude`; empty where no room is left.
  [[nodiscard]] std::vector<PerBet> raised_factors(double amplitude) const;
  [[nodiscard]] double prior(std::size_t j) const noexcept;
  [[nodiscard]] bool is_dead() const noexcept { return limit >= kNoRoom; }
  /// Mean score of the counts of a histogram; NaN without rows.
  [[nodiscard]] double mean_score(std::span<const std::uint64_t> counts) const;
  /// Sum over the rows of a histogram of log_factor or log_resolve, for each bet.
  [[nodiscard]] PerBet sum_over(const std::vector<PerBet>& table,
                                std::span<const std::uint64_t> counts) const;
};

/// Budget that time adds: share * min(until - since, 1 day) / period. 0 when time stood still or
/// went backwards.
[[nodiscard]] double accrued(double share, Timestamp since, Timestamp until, double period_days);

/// A detector's value times e^log_factor, capped at 1e6.
[[nodiscard]] double multiplied(double value, double log_factor) noexcept;
/// M after a block: (M_j + pi_j * accrual) * exp(log evidence / phi), capped at 1e6. `phi` >= 1 is
/// the overdispersion of blocks.
[[nodiscard]] PerBet updated(const Stream& stream, const PerBet& m, double accrual,
                             const PerBet& log_evidence, double phi);
/// The detector's value; an alarm at 1.
[[nodiscard]] double value_of(const PerBet& m) noexcept;

}  // namespace mlops::observe
