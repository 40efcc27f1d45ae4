// Alarms over time: closed hours go through every quantity's detectors in order, the open hour is
// looked at whenever somebody asks. The state after an hour is a function of the hours before it
// alone, so it can be stored, continued, and computed again from the log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "observe/quantity.hpp"

namespace mlops::observe {

/// What happened to a quantity's alarm.
enum class AlarmChange { opened, reopened, refreshed, resolved };

/// One change, with what its message needs.
struct AlarmEvent {
  std::size_t quantity = 0;
  std::size_t stream = 0;
  AlarmChange change = AlarmChange::opened;
  Timestamp at;
  Timestamp onset;                    ///< since when the rows below are counted
  std::vector<std::uint64_t> counts;  ///< the quantity's histogram since onset
  double value = 0;                   ///< of the detector at the alarm
};

/// The memory of one quantity.
struct QuantityState {
  std::vector<PerBet> m;  ///< of each stream
  Timestamp accrued_until;
  std::vector<std::uint64_t> since_onset;
  Timestamp onset;
  std::int64_t muted_hour = -1;  ///< its rest is not counted: an alarm at a look ended it
  bool open = false;
  Timestamp changed_at;      ///< opened or, when not open, resolved; 0: never
  std::uint64_t stream = 0;  ///< which raised the open alarm
  PerBet resolve{};
};

/// The memory of a version's watch.
struct WatchState {
  Timestamp start;             ///< when the version was deployed
  std::string fingerprint;     ///< of what is watched; another one starts anew
  std::int64_t next_hour = 0;  ///< the first hour not gone through
  std::vector<QuantityState> quantities;
};

/// The detectors of one version under one policy. Immutable; states are handed in.
class Watch {
 public:
  Watch(const WatchedVersion& version, const MonitoringPolicy& policy);

  [[nodiscard]] const std::vector<Quantity>& quantities() const noexcept { return quantities_; }

  /// A state in which nothing has been seen since deployment.
  [[nodiscard]] WatchState initial() const;
  /// Whether a stored state is about this version, deployment and policy.
  [[nodiscard]] bool continues(const WatchState& state) const;

  /// Goes through a closed hour. Requires: record.hour >= state.next_hour.
  void close_hour(WatchState& state, const HourRecord& record,
                  std::vector<AlarmEvent>& events) const;
  /// Looks at an hour that is still open; the state changes only where an alarm is raised.
  void look(WatchState& state, const HourRecord& record, Timestamp now,
            std::vector<AlarmEvent>& events) const;

  /// Days in which the whole budget is spent once; a stream's share is spent once in this / share.
  [[nodiscard]] double period_days() const noexcept { return period_days_; }

 private:
  struct Block;
  void evaluate(std::size_t index, QuantityState& state, const Block& block,
                std::vector<AlarmEvent>& events) const;
  void resolve(std::size_t index, QuantityState& state, const Block& block,
               std::vector<AlarmEvent>& events) const;
  [[nodiscard]] double accrual(const Stream& stream, const QuantityState& state,
                               Timestamp until) const;

  std::vector<Quantity> quantities_;
  double period_days_;
  Timestamp start_;
  std::string fingerprint_;
};

[[nodiscard]] std::vector<std::byte> encode(const WatchState& state);
/// Throws corrupt.
[[nodiscard]] WatchState decode_watch_state(std::span<const std::byte> bytes);

}  // namespace mlops::observe
