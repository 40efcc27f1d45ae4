// Alarms over time: closed hours go through every quantity's detectors in order, the open hour is
// looked at whenever somebody asks. Whoever looks, and however often, the budget holds. The state
// is a value: it is stored, continued, and can be made anew from the sketches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "observe/detector.hpp"
#include "observe/hour_source.hpp"
#include "observe/volume.hpp"

namespace mlops::observe {

/// One change of an alarm: of a watched quantity, or of the volume.
struct AlarmEvent {
  std::size_t quantity = 0;  ///< which; meaningless where `volume` is there
  Alarm alarm;
  std::optional<VolumeAlarm> volume;
};

/// The memory of a version's watch.
struct WatchState {
  Timestamp start;             ///< when the version was deployed
  std::string fingerprint;     ///< of what is watched; another one starts anew
  std::int64_t next_hour = 0;  ///< the first hour that is not closed
  std::int64_t day = 0;        ///< the first day that is not closed
  std::vector<QuantityState> quantities;
  VolumeState volume;
};

/// How far back of `next_hour` the source must reach.
inline constexpr std::int64_t kHistoryHours = 8 * 24;

/// The detectors of one version under one policy. Immutable; states are handed in.
class Watch {
 public:
  Watch(const WatchedVersion& version, const MonitoringPolicy& policy);
  /// Over given quantities, for benchmarks.
  Watch(std::vector<Quantity> quantities, const MonitoringPolicy& policy, Timestamp start);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] const std::vector<Quantity>& quantities() const noexcept { return quantities_; }
  /// Days in which the whole budget is spent once; a stream's share is spent once in this / share.
  [[nodiscard]] double period_days() const noexcept { return period_days_; }

  /// A state in which nothing has been seen since deployment.
  [[nodiscard]] WatchState initial() const;
  /// Whether a stored state is about this version, deployment and policy.
  [[nodiscard]] bool continues(const WatchState& state) const;

  /// Brings the state to `now`: closes hours and days that are over, then looks at the open hour.
  /// An hour is over a minute after its end, so that what was answered in it is in the log. A look
  /// at enough new rows ends their block; a look at fewer changes the state only by an alarm.
  [[nodiscard]] std::vector<AlarmEvent> advance(WatchState& state, const HourSource& source,
                                                Timestamp now) const;

 private:
  class Run;

  std::vector<Quantity> quantities_;
  std::vector<Detector> detectors_;
  double period_days_;
  Timestamp start_;
  std::string fingerprint_;
  bool measures_time_;
};

[[nodiscard]] std::vector<std::byte> encode(const WatchState& state);
/// Whether bytes of `encode` are of this format: an older one's state is made anew.
[[nodiscard]] bool is_present_format(std::span<const std::byte> bytes) noexcept;
/// Throws corrupt.
[[nodiscard]] WatchState decode_watch_state(std::span<const std::byte> bytes);

}  // namespace mlops::observe
