#include "observe/detector.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "observe/counts.hpp"

namespace mlops::observe {
namespace {

/// Parts of a stream's share.
struct Parts {
  double days = 0;
  double hours = 0;
  double jump = 0;
};
constexpr Parts kDailyParts = {.days = 0.7, .jump = 0.3};
constexpr Parts kFastParts = {.days = 0.3, .hours = 0.5, .jump = 0.2};
constexpr Parts kIndependentParts = {.hours = 1};
/// Rows since onset without which nobody is told.
constexpr double kLeastRowsToOpen = 30;
/// Below this a detector has seen nothing; what was gathered towards an alarm is forgotten.
constexpr double kOnsetValue = 0.01;
/// An alarm that comes back within this time after it was resolved is the old one.
constexpr std::int64_t kCooldownMicros = kMicrosPerDay;
/// False resolutions: at most one in this many days of lasting change.
constexpr double kResolveDays = 30;
constexpr std::size_t kKeptDays = 42;

const Parts& parts_of(TimeStructure structure, const QuantityState& state) {
  if (structure == TimeStructure::independent) return kIndependentParts;
  return state.fast ? kFastParts : kDailyParts;
}

void add_into(Gathering& gathering, std::span<const std::uint64_t> counts, Timestamp first) {
  if (total(gathering.counts) == 0) gathering = {{}, first};
  add_counts(counts, gathering.counts);
}

}  // namespace

/// The detectors after a block or day, before anything is decided.
struct Detector::Evaluation {
  enum class Kind { days, hours, jump };
  struct Value {
    double value = 0;
    Kind kind = Kind::days;  ///< of detector
  };
  std::vector<StreamState> streams;
  std::vector<Value> values;
  std::size_t strongest = 0;

  void add(StreamState&& stream, const Value& value) {
    streams.push_back(std::move(stream));
    values.push_back(value);
    if (value.value > values[strongest].value) strongest = values.size() - 1;
  }
  [[nodiscard]] double value() const { return values[strongest].value; }
  /// The detector that has raised an alarm.
  void restart_strongest() {
    StreamState& stream = streams[strongest];
    switch (values[strongest].kind) {
      case Kind::days:
        stream.days = {};
        return;
      case Kind::hours:
        stream.hours = {};
        stream.today = {};
        return;
      case Kind::jump:
        stream.jump = {};
    }
  }
};

Detector::Detector(const Quantity& quantity, TimeStructure structure, double period_days)
    : quantity_(&quantity), structure_(structure), period_days_(period_days) {
  if (quantity.source != Source::feature) return;
  for (const Stream& stream : quantity.streams)
    if (stream.bin && stream.score.front() == 0) bin_shares_.push_back(stream.reference);
}

QuantityState Detector::initial(Timestamp start) const {
  QuantityState state;
  state.fast = structure_ == TimeStructure::independent;
  // A day's budget is there from the start, so that the first day is watched too.
  state.days_accrued = state.hours_accrued = state.jump_accrued = {start.micros - kMicrosPerDay};
  for (const Stream& stream : quantity_->streams)
    state.streams.push_back({.amplitude = stream.swing});
  learn(state);
  return state;
}

DayDiscount Detector::discount_of(const QuantityState& state, std::size_t stream,
                                  bool uneven) const {
  const double most =
      uneven ? quantity_->streams[stream].most_of_a_day : std::numeric_limits<double>::infinity();
  return {&state.streams[stream].wandering, most};
}

double Detector::move_hours(const QuantityState& state, std::size_t s, const HourBlock& block,
                            double effect, StreamState& memory) const {
  const Stream& stream = quantity_->streams[s];
  const DayDiscount discount = discount_of(state, s, state.uneven);
  const double n = total(block.counts);
  PerBet evidence = memory.cycle.without(stream.sum_over(stream.log_factor, block.counts),
                                         stream.bet, block.hour, n, total(state.consumed));
  for (double& log_evidence : evidence) log_evidence /= std::max(memory.phi_hours, effect);
  const double budget = accrued(parts_of(structure_, state).hours * stream.share,
                                state.hours_accrued, block.first, period_days_);
  memory.today.add(stream, budget, evidence, n, discount);
  return value_of(with_day(stream, memory.hours, memory.today, discount));
}

double Detector::move_jump(const QuantityState& state, std::size_t s, const HourBlock& block,
                           double effect, StreamState& memory) const {
  const Stream& stream = quantity_->streams[s];
  const std::vector<PerBet> made =
      state.jump_tables.empty() ? stream.raised_factors(memory.amplitude) : std::vector<PerBet>{};
  const std::vector<PerBet>& table = state.jump_tables.empty() ? made : state.jump_tables[s];
  const double budget = accrued(parts_of(structure_, state).jump * stream.share, state.jump_accrued,
                                block.first, period_days_);
  memory.jump = table.empty() ? PerBet{}
                              : updated(stream, memory.jump, budget,
                                        stream.sum_over(table, block.counts), effect);
  return value_of(memory.jump);
}

Detector::Evaluation Detector::evaluate_block(const QuantityState& state,
                                              const HourBlock& block) const {
  Evaluation evaluation;
  const double effect = design_effect(state, block);
  for (std::size_t s = 0; s < quantity_->streams.size(); ++s) {
    StreamState memory = state.streams[s];
    const double hours = state.fast ? move_hours(state, s, block, effect, memory) : 0;
    const double jump = watches_jumps() ? move_jump(state, s, block, effect, memory) : 0;
    evaluation.add(std::move(memory), jump > hours
                                          ? Evaluation::Value{jump, Evaluation::Kind::jump}
                                          : Evaluation::Value{hours, Evaluation::Kind::hours});
  }
  return evaluation;
}

Detector::Evaluation Detector::evaluate_day(const QuantityState& state) const {
  Evaluation evaluation;
  const double n = total(state.day.counts);
  const double effect = design_effect(state, {});
  const bool uneven = is_uneven(state, &Wandering::phi_of_many, n);
  for (std::size_t s = 0; s < quantity_->streams.size(); ++s) {
    const Stream& stream = quantity_->streams[s];
    StreamState memory = state.streams[s];
    const double budget = accrued(parts_of(structure_, state).days * stream.share,
                                  state.days_accrued, state.day.first, period_days_);
    const double phi = std::max(memory.wandering.phi_of_many(n), effect);
    PerBet evidence = stream.sum_over(stream.log_factor, state.day.counts);
    if (uneven)
      for (double& log_evidence : evidence)
        log_evidence = std::min(log_evidence, stream.most_of_a_day * phi);
    memory.days = updated(stream, memory.days, budget, evidence, phi);
    const double value = value_of(memory.days);
    evaluation.add(std::move(memory), {value, Evaluation::Kind::days});
  }
  return evaluation;
}

bool Detector::tells(const Evaluation& evaluation, const Gathering& onset) const {
  const Stream& stream = quantity_->streams[evaluation.strongest];
  return evaluation.value() >= 1 && total(onset.counts) >= kLeastRowsToOpen &&
         stream.mean_score(onset.counts) > stream.reference + stream.margin;
}

void Detector::conclude(QuantityState& state, Evaluation&& evaluation, Gathering& onset,
                        Timestamp at, std::vector<Alarm>& alarms) const {
  const bool alarm = tells(evaluation, onset);
  if (alarm) evaluation.restart_strongest();
  state.streams = std::move(evaluation.streams);
  if (!alarm) {
    if (evaluation.value() < kOnsetValue) onset = {};
    return;
  }
  AlarmChange change = AlarmChange::refreshed;
  if (!state.open) {
    const bool recently =
        state.changed_at.micros != 0 && at.micros - state.changed_at.micros < kCooldownMicros;
    change = recently ? AlarmChange::reopened : AlarmChange::opened;
    state.open = true;
    state.changed_at = at;
    state.stream = evaluation.strongest;
    state.resolve = {};
    state.resolve_accrued = at;
  }
  alarms.push_back({evaluation.strongest, change, at, std::move(onset), evaluation.value()});
  onset = {};
}

void Detector::resolve(QuantityState& state, std::span<const std::uint64_t> counts, Timestamp first,
                       double phi, Timestamp at, std::vector<Alarm>& alarms) const {
  if (!state.open) return;
  const Stream& stream = quantity_->streams[state.stream];
  const double budget = accrued(1, state.resolve_accrued, first, kResolveDays);
  state.resolve =
      updated(stream, state.resolve, budget, stream.sum_over(stream.log_resolve, counts), phi);
  state.resolve_accrued = std::max(state.resolve_accrued, first);
  if (value_of(state.resolve) < 1) return;
  state.open = false;
  state.changed_at = at;
  alarms.push_back({static_cast<std::size_t>(state.stream), AlarmChange::resolved, at,
                    Gathering{{counts.begin(), counts.end()}, first}, value_of(state.resolve)});
}

void Detector::end_block(QuantityState& state, const HourBlock& block, Timestamp at,
                         std::vector<Alarm>& alarms) const {
  if (total(block.counts) == 0) return;
  if (watches_jumps() && state.jump_tables.empty())
    for (std::size_t s = 0; s < quantity_->streams.size(); ++s)
      state.jump_tables.push_back(quantity_->streams[s].raised_factors(state.streams[s].amplitude));
  Evaluation evaluation = evaluate_block(state, block);
  if (resolves_by_hours(state) && state.open) {
    const StreamState& alarmed = state.streams[state.stream];
    resolve(state, block.counts, block.first,
            std::max(alarmed.phi_hours, alarmed.wandering.phi_of_many(usual_rows(state))), at,
            alarms);
  }
  state.hours_accrued = std::max(state.hours_accrued, block.first);
  state.jump_accrued = std::max(state.jump_accrued, block.first);
  add_into(state.onset, block.counts, block.first);
  conclude(state, std::move(evaluation), state.onset, at, alarms);
}

bool Detector::would_alarm(const QuantityState& state, const HourBlock& block) const {
  if (total(block.counts) == 0) return false;
  Gathering onset = state.onset;
  add_into(onset, block.counts, block.first);
  return tells(evaluate_block(state, block), onset);
}

HourMeans Detector::means_of(std::int64_t hour, std::span<const std::uint64_t> counts) const {
  HourMeans means{hour, static_cast<double>(total(counts)), {}};
  means.mean.reserve(quantity_->streams.size());
  for (const Stream& stream : quantity_->streams) means.mean.push_back(stream.mean_score(counts));
  return means;
}

void Detector::end_hour(QuantityState& state, const HourBlock& hour) const {
  state.consumed.clear();
  if (structure_ == TimeStructure::independent || total(hour.counts) == 0) return;
  add_into(state.day, hour.counts, hour.first);
  if (is_young(state)) state.runs.add_hour(hour.counts);
}

void Detector::close_today(QuantityState& state) const {
  if (!state.fast) return;
  for (std::size_t s = 0; s < state.streams.size(); ++s) {
    StreamState& memory = state.streams[s];
    memory.hours = with_day(quantity_->streams[s], memory.hours, memory.today,
                            discount_of(state, s, state.uneven));
    memory.today = {};
  }
}

void Detector::end_day(QuantityState& state, Timestamp at, std::span<const HourMeans> hours,
                       std::vector<Alarm>& alarms) const {
  if (total(state.day.counts) == 0) return;
  close_today(state);
  Evaluation evaluation = evaluate_day(state);
  const double n = total(state.day.counts);
  if (!resolves_by_hours(state))
    resolve(state, state.day.counts, state.day.first,
            state.streams[state.stream].wandering.phi_of_many(n), at, alarms);
  state.days_accrued = std::max(state.days_accrued, state.day.first);
  add_into(state.day_onset, state.day.counts, state.day.first);
  conclude(state, std::move(evaluation), state.day_onset, at, alarms);
  state.days.push_back(std::move(state.day.counts));
  if (state.days.size() > kKeptDays) state.days.erase(state.days.begin());
  state.day = {};
  const std::span<const HourMeans> week = last_week(hours);
  learn(state);
  set_mode(state, qualifies_as_fast(state, week), at);
  measure(state, week);
}

}  // namespace mlops::observe
