// The detectors of one quantity over time. A stream's budget is divided over up to three of them:
//
//   days   in blocks of whole days, so that daily cycles cancel; evidence is divided by the
//          overdispersion of many days. Finds what lasts.
//   hours  in blocks that end at every look and at the end of every hour; the evidence of a day so
//          far is discounted by how far off the day may be, predicted from those before it. Finds
//          what is new, within hours. Only in quantities whose hours are even or follow a cycle
//          that the week before has shown, called fast.
//   jump   in the same blocks, undiscounted, against a limit raised by the swing within days and
//          between days. Finds what is large.
//
// Every quantity starts daily and becomes fast once eight days have shown that it may. The state is
// a plain value; the detector is immutable and is handed the state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "observe/daily_cycle.hpp"
#include "observe/day_clusters.hpp"
#include "observe/open_day.hpp"
#include "observe/policy.hpp"
#include "observe/quantity.hpp"
#include "observe/week.hpp"

namespace mlops::observe {

/// The memory of one stream.
struct StreamState {
  PerBet days{};
  PerBet hours{};  ///< up to the start of the open day
  OpenDay today;   ///< since then
  PerBet jump{};
  double amplitude = 0;  ///< by which the jump detector's limit is raised
  double phi_hours = 1;  ///< fast: overdispersion of hours
  DailyCycle cycle;      ///< fast: of its hours
  Wandering wandering;   ///< of days
};

/// A histogram that has been gathering towards an alarm since `first`.
struct Gathering {
  std::vector<std::uint64_t> counts;
  Timestamp first;
};

/// The memory of one quantity.
struct QuantityState {
  std::vector<StreamState> streams;
  bool fast = false;
  bool uneven = false;     ///< days differ: one alone is not enough
  Timestamp days_accrued;  ///< until when the budget has been added
  Timestamp hours_accrued;
  Timestamp jump_accrued;
  Timestamp resolve_accrued;
  std::vector<std::uint64_t> consumed;  ///< of the open hour, in blocks that ended at looks
  Timestamp consumed_at;                ///< the last such look
  Gathering day;                        ///< closed hours of the open day
  std::vector<std::vector<std::uint64_t>> days;  ///< closed days, the oldest first, at most 42
  RunsOfRows runs;                               ///< of the first days
  Gathering onset;           ///< since a value of the blocks of fast mode was last near 0
  Gathering day_onset;       ///< the same for days
  bool open = false;         ///< an alarm is
  Timestamp changed_at;      ///< opened or, when not open, resolved; 0: never
  std::uint64_t stream = 0;  ///< which raised the open alarm
  PerBet resolve{};

  /// jump tables by stream for the present amplitudes; not stored, made when needed
  std::vector<std::vector<PerBet>> jump_tables;
};

/// What happened to a quantity's alarm.
enum class AlarmChange { opened, reopened, refreshed, resolved };

/// One change, with what its message needs.
struct Alarm {
  std::size_t stream = 0;
  AlarmChange change = AlarmChange::opened;
  Timestamp at;
  Gathering onset;   ///< the rows that speak, and since when
  double value = 0;  ///< of the detector at the alarm
};

/// Rows of one hour, all or a part of them.
struct HourBlock {
  std::int64_t hour = 0;  ///< since the epoch
  std::span<const std::uint64_t> counts;
  Timestamp first;  ///< when they began
};

/// The detectors of one quantity. Immutable.
class Detector {
 public:
  /// `quantity` is borrowed.
  Detector(const Quantity& quantity, TimeStructure structure, double period_days);

  [[nodiscard]] QuantityState initial(Timestamp start) const;

  /// A block of rows ends: at a look or at the end of an hour. Nothing happens for no rows.
  /// `at` is the time of the look.
  void end_block(QuantityState& state, const HourBlock& block, Timestamp at,
                 std::vector<Alarm>& alarms) const;
  /// Whether `end_block` would raise an alarm.
  [[nodiscard]] bool would_alarm(const QuantityState& state, const HourBlock& block) const;

  /// The hour as the end of its day will want it. Requires: at least one row.
  [[nodiscard]] HourMeans means_of(std::int64_t hour, std::span<const std::uint64_t> counts) const;

  /// An hour is over, its last block ended: the whole of it goes to the day.
  void end_hour(QuantityState& state, const HourBlock& hour) const;

  /// A day is over at `at`. `hours` are the closed ones up to its end, in order, at least those of
  /// seven days where there are.
  void end_day(QuantityState& state, Timestamp at, std::span<const HourMeans> hours,
               std::vector<Alarm>& alarms) const;

 private:
  struct Evaluation;
  /// By how much the rows of the open day are fewer observations than rows, as far as the first
  /// days show (day_clusters.hpp); `block` is of the open hour and not in the state.
  [[nodiscard]] double design_effect(const QuantityState& state, const HourBlock& block) const;
  [[nodiscard]] DayDiscount discount_of(const QuantityState& state, std::size_t stream,
                                        bool uneven) const;
  /// The value of the detector, moved on by a block in `memory`.
  double move_hours(const QuantityState& state, std::size_t s, const HourBlock& block,
                    double effect, StreamState& memory) const;
  double move_jump(const QuantityState& state, std::size_t s, const HourBlock& block, double effect,
                   StreamState& memory) const;
  [[nodiscard]] bool watches_jumps() const noexcept {
    return structure_ != TimeStructure::independent;
  }
  [[nodiscard]] Evaluation evaluate_block(const QuantityState& state, const HourBlock& block) const;
  [[nodiscard]] Evaluation evaluate_day(const QuantityState& state) const;
  [[nodiscard]] bool tells(const Evaluation& evaluation, const Gathering& onset) const;
  void conclude(QuantityState& state, Evaluation&& evaluation, Gathering& onset, Timestamp at,
                std::vector<Alarm>& alarms) const;
  void resolve(QuantityState& state, std::span<const std::uint64_t> counts, Timestamp first,
               double phi, Timestamp at, std::vector<Alarm>& alarms) const;
  void close_today(QuantityState& state) const;
  void learn(QuantityState& state) const;
  /// Whether the first days, which may be of the calendar, are not over.
  [[nodiscard]] bool is_young(const QuantityState& state) const;
  /// Otherwise by days.
  [[nodiscard]] static bool resolves_by_hours(const QuantityState& state);
  [[nodiscard]] double usual_rows(const QuantityState& state) const;
  [[nodiscard]] bool is_uneven(const QuantityState& state, double (Wandering::*phi)(double) const,
                               double n) const;
  [[nodiscard]] bool qualifies_as_fast(const QuantityState& state,
                                       std::span<const HourMeans> week) const;
  void set_mode(QuantityState& state, bool fast, Timestamp at) const;
  void measure(QuantityState& state, std::span<const HourMeans> week) const;

  const Quantity* quantity_;
  std::vector<double> bin_shares_;  ///< of a feature's reference; empty for what is none
  TimeStructure structure_;
  double period_days_;
};

}  // namespace mlops::observe
