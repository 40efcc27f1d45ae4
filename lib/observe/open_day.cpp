#include "observe/open_day.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::observe {

double DayDiscount::operator()(double log_evidence, double n) const {
  return std::min(wandering->discounted(log_evidence, n), most);
}

void OpenDay::add(const Stream& stream, double accrual, const PerBet& log_evidence, double n,
                  const DayDiscount& discount) {
  rows += n;
  for (std::size_t j = stream.first_bet; j < kMaxBets; ++j) {
    evidence[j] += log_evidence[j];
    const double before = rise[j] > 0 ? discount(rise[j], rise_rows[j]) : 0;
    const double height = rise[j] + log_evidence[j];
    rise[j] = std::max(height, 0.0);
    rise_rows[j] = height > 0 ? rise_rows[j] + n : 0;
    const double after = height > 0 ? discount(height, rise_rows[j]) : height;
    fresh[j] = multiplied(fresh[j] + stream.prior(j) * accrual, after - before);
  }
}

PerBet with_day(const Stream& stream, const PerBet& carried, const OpenDay& day,
                const DayDiscount& discount) {
  PerBet result{};
  for (std::size_t j = stream.first_bet; j < kMaxBets; ++j)
    result[j] = multiplied(carried[j], discount(day.evidence[j], day.rows)) + day.fresh[j];
  return result;
}

}  // namespace mlops::observe
