// What closed days teach a detector: by how much evidence is divided, and what a block is.
#include <algorithm>
#include <cmath>

#include "observe/counts.hpp"
#include "observe/day_clusters.hpp"
#include "observe/detector.hpp"
#include "observe/wander.hpp"

namespace mlops::observe {
namespace {

// A quantity becomes fast after this many closed days with hours this even, or this like those of
// the other days.
constexpr std::size_t kDaysToBeFast = 8;
constexpr double kLargestCycleToBeFast = 1.5;
constexpr double kLargestWeeklyCycle = 2.5;  // of even hours in one week of 10,000
constexpr double kLargestCycleOfADay = 2.5;  // of even hours on one day of 10,000
constexpr double kLargestMisfitOfADay = 2;   // to the cycle of the other days on 28 days of 10,000
// What the days before are asked for (docs/statistics.md, "Time structure"; by simulation).
constexpr double kLeastUnit = 0.05;  // deviations: margins below count as this
constexpr std::size_t kLeastDaysToLearn = 14;
constexpr std::size_t kDaysNotLearnt = 7;
constexpr double kRowsBeforeAnyDay = 1000;  // of a day, before one has been counted
constexpr double kWorseFromTheStart = 0.1;
/// Days with a larger overdispersion are uneven.
constexpr double kLargestPhiOfEvenDays = 2.5;

PeriodMean period_of(const Stream& stream, std::span<const std::uint64_t> counts) {
  return {stream.mean_score(counts), total(counts)};
}

std::vector<PeriodMean> periods_of(const Stream& stream,
                                   const std::vector<std::vector<std::uint64_t>>& days) {
  std::vector<PeriodMean> periods;
  for (const auto& day : days) periods.push_back(period_of(stream, day));
  return periods;
}

/// Where a score lies while nothing has changed. A histogram's is the reference's; of what is
/// watched for getting worse, better days are no wandering.
double level_of(const Stream& stream, const std::vector<PeriodMean>& days, bool two_sided) {
  if (two_sided || days.empty()) return stream.reference;
  std::vector<double> means;
  for (const PeriodMean& day : days) means.push_back(day.mean);
  return std::min(stream.reference, median(std::move(means)));
}

/// How days wander. The last week may be the change that is
/// to be found, and is not learnt from unless an alarm has told of it.
Wandering wandering_in(const Stream& stream, bool two_sided, const QuantityState& state, double n) {
  const std::vector<PeriodMean> days = periods_of(stream, state.days);
  std::size_t n_learnt = days.size();
  if (!state.open && n_learnt > kLeastDaysToLearn)
    n_learnt = std::max(kLeastDaysToLearn, n_learnt - kDaysNotLearnt);
  const double unit = std::max(stream.margin, kLeastUnit * stream.deviation);
  DayScale scale{level_of(stream, days, two_sided), unit, stream.deviation};
  // That a model is worse from its first day on than held-out rows said is no wandering.
  if (!two_sided) scale.new_at_first = kWorseFromTheStart;
  return wandering_of(days, n_learnt, scale, n);
}

/// 2 times how far the farthest day lies from the median of the days.
double swing_between(const std::vector<PeriodMean>& days) {
  constexpr double kSwings = 2;
  std::vector<double> means;
  for (const PeriodMean& day : days) means.push_back(day.mean);
  const double middle = median(means);
  double farthest = 0;
  for (const double mean : means) farthest = std::max(farthest, std::abs(mean - middle));
  return kSwings * farthest;
}

/// Of most days, and of all but one.
bool are_even(const std::optional<DayStatistics>& days, double largest) {
  return days && days->median <= kLargestCycleToBeFast && days->second_largest <= largest;
}

bool has_even_hours(const Stream& stream, std::span<const HourMean> week) {
  return are_even(cycles_of_days(week, stream.deviation).value_or(DayStatistics{}),
                  kLargestCycleOfADay) &&
         weekly_cycle(week, stream.deviation).value_or(0) <= kLargestWeeklyCycle;
}

bool has_known_cycle(const Stream& stream, std::span<const HourMean> week) {
  return are_even(fit_of_cycle(week, stream.deviation), kLargestMisfitOfADay);
}

}  // namespace

double Detector::usual_rows(const QuantityState& state) const {
  if (state.days.empty()) return kRowsBeforeAnyDay;
  std::vector<double> rows;
  for (const auto& day : state.days) rows.push_back(total(day));
  return median(std::move(rows));
}

void Detector::learn(QuantityState& state) const {
  if (structure_ == TimeStructure::independent) return;
  const double n = usual_rows(state);
  const bool two_sided = is_column(*quantity_);
  for (std::size_t s = 0; s < quantity_->streams.size(); ++s)
    if (!quantity_->streams[s].is_dead())
      state.streams[s].wandering = wandering_in(quantity_->streams[s], two_sided, state, n);
}

bool Detector::is_young(const QuantityState& state) const {
  return !bin_shares_.empty() && state.days.size() < kLeastDaysToLearn;
}

bool Detector::resolves_by_hours(const QuantityState& state) {
  return state.fast && std::all_of(state.streams.begin(), state.streams.end(),
                                   [](const StreamState& s) { return s.cycle.off.empty(); });
}

double Detector::design_effect(const QuantityState& state, const HourBlock& block) const {
  if (structure_ == TimeStructure::independent || !is_young(state)) return 1;
  std::vector<std::vector<std::uint64_t>> days = state.days;
  RunsOfRows runs = state.runs;
  std::vector<std::uint64_t> hour;
  std::vector<std::uint64_t>& open = days.emplace_back(state.day.counts);
  for (const std::span<const std::uint64_t> part : {std::span(state.consumed), block.counts}) {
    add_counts(part, open);
    add_counts(part, hour);
  }
  runs.add_hour(hour);
  // The day may have begun in the one before, by the clock of where people live.
  const double n = total(open) + (state.days.empty() ? 0 : total(state.days.back()));
  return 1 + n * intraclass_correlation(days, runs, bin_shares_);
}

bool Detector::is_uneven(const QuantityState& state, double (Wandering::*phi)(double) const,
                         double n) const {
  for (std::size_t s = 0; s < quantity_->streams.size(); ++s)
    if (!quantity_->streams[s].is_dead() &&
        (state.streams[s].wandering.*phi)(n) > kLargestPhiOfEvenDays)
      return true;
  return false;
}

bool Detector::qualifies_as_fast(const QuantityState& state,
                                 std::span<const HourMeans> week) const {
  if (structure_ != TimeStructure::automatic || state.days.size() < kDaysToBeFast) return false;
  for (std::size_t s = 0; s < quantity_->streams.size(); ++s) {
    const Stream& stream = quantity_->streams[s];
    if (stream.is_dead()) continue;
    const std::vector<HourMean> means = of_stream(week, s);
    if (!has_even_hours(stream, means) && !has_known_cycle(stream, means)) return false;
  }
  return true;
}

void Detector::set_mode(QuantityState& state, bool fast, Timestamp at) const {
  if (state.fast == fast) return;
  state.fast = fast;
  for (StreamState& stream : state.streams) {
    stream.hours = {};
    stream.cycle = {};
  }
  state.hours_accrued = at;
  state.onset = state.day_onset = {};
}

/// What the days have shown, for the mode that the quantity is in.
void Detector::measure(QuantityState& state, std::span<const HourMeans> week) const {
  state.jump_tables.clear();
  state.uneven = is_uneven(state, &Wandering::phi, usual_rows(state));
  const bool week_known = state.days.size() >= static_cast<std::size_t>(kDaysPerWeek);
  for (std::size_t s = 0; s < quantity_->streams.size(); ++s) {
    const Stream& stream = quantity_->streams[s];
    const std::vector<HourMean> means = of_stream(week, s);
    if (state.fast) {
      DailyCycle& cycle = state.streams[s].cycle;
      const bool even = stream.is_dead() || has_even_hours(stream, means);
      cycle = even ? DailyCycle{} : cycle_of(means);
      state.streams[s].phi_hours =
          overdispersion_of_hours(without_cycle(means, cycle), stream.deviation);
    }
    const double swing =
        std::max(measured_swing(means), swing_between(periods_of(stream, state.days)));
    state.streams[s].amplitude = week_known ? swing : std::max(swing, stream.swing);
  }
}

}  // namespace mlops::observe
