// The evidence of a stream while its day goes on. The rows of a day share its good or bad luck, so
// that what they say together is bounded by how days wander (wander.hpp), however often somebody
// looks; what the days before have left and what came in today are held apart until the day ends.
#pragma once

#include "observe/stream.hpp"
#include "observe/wander.hpp"

namespace mlops::observe {

/// How the log evidence of one day's rows is discounted.
struct DayDiscount {
  const Wandering* wandering;  ///< borrowed
  double most;                 ///< log of what one day at most multiplies evidence by

  [[nodiscard]] double operator()(double log_evidence, double n, double bet) const;
};

/// What a day has said so far. Log evidence is before discount.
struct OpenDay {
  double rows = 0;
  PerBet evidence{};   ///< of all its rows
  PerBet fresh{};      ///< what the budget that came in today has become
  PerBet rise{};       ///< of the rows since it was last at or below 0; never below 0
  PerBet rise_rows{};  ///< how many they are

  /// A block of n rows ends. `accrual` is the budget that came in before it. The budget of each
  /// moment should be multiplied by the discounted evidence of the rows since that moment. What is
  /// kept instead is one sum that gains and loses what the rows since the lowest point are worth,
  /// and loses undiscounted what falls below it: exact where nothing wanders, and for budget that
  /// came in at that point; less for what came in before it.
  void add(const Stream& stream, double accrual, const PerBet& log_evidence, double n,
           const DayDiscount& discount);
};

/// `carried`, the detector at the start of the day, with what the day has said since.
[[nodiscard]] PerBet with_day(const Stream& stream, const PerBet& carried, const OpenDay& day,
                              const DayDiscount& discount);

}  // namespace mlops::observe
