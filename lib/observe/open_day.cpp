#include "observe/open_day.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::observe {

double DayDiscount::operator()(double log_evidence, double n, double bet) const {
  return std::min(wandering->discounted(log_evidence, n, bet), most);
}

void OpenDay::add(const Stream& stream, double accrual, const PerBet& log_evidence, double n,
                  const DayDiscount& discount) {
  rows += n;
  for (std::size_t j = stream.first_bet; j < kMaxBets; ++j) {
    evidence[j] += log_evidence[j];
    const double before = discount(rise[j], rise_rows[j], stream.bet[j]);
    rise[j] += log_evidence[j];
    rise_rows[j] += n;
    double gain = discount(rise[j], rise_rows[j], stream.bet[j]) - before;
    if (rise[j] <= 0) {
      gain = rise[j] - std::max(before, 0.0);
      rise[j] = rise_rows[j] = 0;
    }
    fresh[j] = multiplied(fresh[j] + stream.prior(j) * accrual, gain);
  }
}

PerBet with_day(const Stream& stream, const PerBet& carried, const OpenDay& day,
                const DayDiscount& discount) {
  PerBet result{};
  for (std::size_t j = stream.first_bet; j < kMaxBets; ++j)
    result[j] =
        multiplied(carried[j], discount(day.evidence[j], day.rows, stream.bet[j])) + day.fresh[j];
  return result;
}

}  // namespace mlops::observe
