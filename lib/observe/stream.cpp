#include "observe/stream.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/metrics.hpp"
#include "observe/distribution.hpp"

namespace mlops::observe {
namespace {

constexpr double kLargestLimit = 0.999;
constexpr double kSmallestLimit = 1e-4;   // a bet against 0 would be infinite
constexpr double kLargestBet = 0.95;      // of what would make a factor 0
constexpr double kReferenceError = 0.05;  // all limits hold with 95 % probability
constexpr double kLargestLog = 700;       // exp stays finite
constexpr double kLargestValue = 1e6;

double bounded_limit(double limit) {
  return std::clamp(limit, kSmallestLimit, kLargestLimit);
}

}  // namespace

double share_limit(double q, double n, double margin, double z) {
  return bounded_limit(std::max(q + margin, data::wilson_interval(q * n, n, z).upper));
}

double mean_limit(const ScoreReference& reference, double margin, double z) {
  const double noise = z * reference.deviation / std::sqrt(reference.n);
  return bounded_limit(reference.mean + std::max(margin, noise));
}

double allowance_z(double share) {
  return normal_quantile(1 - kReferenceError * share);
}

PerBet bets_against(double limit, double deviation) {
  PerBet bets{};
  for (std::size_t j = 0; j < kMaxBets; ++j)
    bets[j] = std::min(kBetSizes[j] / std::max(deviation, kSmallestDeviation), kLargestBet / limit);
  return bets;
}

void Stream::prepare() {
  log_factor.assign(score.size(), PerBet{});
  log_resolve.assign(score.size(), PerBet{});
  if (is_dead()) return;
  bet = bets_against(limit, deviation);
  const PerBet reversed = bets_against(1 - limit, deviation);
  for (std::size_t k = 0; k < score.size(); ++k) {
    for (std::size_t j = first_bet; j < kMaxBets; ++j) {
      log_factor[k][j] = std::log1p(bet[j] * (score[k] - limit));
      log_resolve[k][j] = std::log1p(-reversed[j] * (score[k] - limit));
    }
  }
}

std::vector<PerBet> Stream::raised_factors(double amplitude) const {
  const double raised = limit + amplitude;
  if (raised >= kNoRoom) return {};
  // A share's deviation goes with its limit; another score's was measured.
  const double raised_deviation = score.size() == 2 ? std::sqrt(raised * (1 - raised)) : deviation;
  const PerBet bets = bets_against(raised, raised_deviation);
  std::vector<PerBet> factors(score.size(), PerBet{});
  for (std::size_t k = 0; k < score.size(); ++k)
    for (std::size_t j = first_bet; j < kMaxBets; ++j)
      factors[k][j] = std::log1p(bets[j] * (score[k] - raised));
  return factors;
}

double Stream::prior(std::size_t j) const noexcept {
  return j < first_bet || is_dead() ? 0 : 1 / static_cast<double>(kMaxBets - first_bet);
}

double Stream::mean_score(std::span<const std::uint64_t> counts) const {
  std::uint64_t n = 0;
  for (const std::uint64_t count : counts) n += count;
  if (n == 0) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  if (bin) {
    sum = score[1] * static_cast<double>(counts[*bin]) +
          score[0] * static_cast<double>(n - counts[*bin]);
  } else {
    for (std::size_t k = 0; k < counts.size(); ++k)
      sum += score[k] * static_cast<double>(counts[k]);
  }
  return sum / static_cast<double>(n);
}

PerBet Stream::sum_over(const std::vector<PerBet>& table,
                        std::span<const std::uint64_t> counts) const {
  PerBet sums{};
  if (bin) {
    std::uint64_t n = 0;
    for (const std::uint64_t count : counts) n += count;
    const auto in = static_cast<double>(counts[*bin]);
    const auto out = static_cast<double>(n - counts[*bin]);
    for (std::size_t j = 0; j < kMaxBets; ++j) sums[j] = in * table[1][j] + out * table[0][j];
    return sums;
  }
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const auto count = static_cast<double>(counts[k]);
    for (std::size_t j = 0; j < kMaxBets; ++j) sums[j] += count * table[k][j];
  }
  return sums;
}

double accrued(double share, Timestamp since, Timestamp until, double period_days) {
  const std::int64_t passed = std::min(until.micros - since.micros, kMicrosPerDay);
  if (passed <= 0) return 0;
  return share * static_cast<double>(passed) / static_cast<double>(kMicrosPerDay) / period_days;
}

double multiplied(double value, double log_factor) noexcept {
  return std::min(value * std::exp(std::min(log_factor, kLargestLog)), kLargestValue);
}

PerBet updated(const Stream& stream, const PerBet& m, double accrual, const PerBet& log_evidence,
               double phi) {
  PerBet result{};
  for (std::size_t j = stream.first_bet; j < kMaxBets; ++j)
    result[j] = multiplied(m[j] + stream.prior(j) * accrual, log_evidence[j] / phi);
  return result;
}

double value_of(const PerBet& m) noexcept {
  double sum = 0;
  for (const double value : m) sum += value;
  return sum;
}

}  // namespace mlops::observe
