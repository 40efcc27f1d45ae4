// How many predictions are asked for: days against the same weekday of the weeks before, and
// silence against the longest gap seen. Assumptions, not guarantees: the share of the budget that
// this takes is a limit on how soon it speaks (docs/statistics.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "observe/bytes.hpp"

namespace mlops::observe {

/// The memory of the volume's detectors.
struct VolumeState {
  std::vector<std::uint64_t> days;  ///< predictions of closed days, the oldest first
  std::vector<std::int64_t> gaps;   ///< minutes of the longest gap that ended in that day
  std::uint64_t today = 0;
  std::int64_t gap_today = 0;
  std::int64_t last_minute = -1;  ///< with a prediction, since the epoch; -1: none yet
  std::array<double, 4> m{};
  bool open = false;    ///< an alarm about volume is
  bool silent = false;  ///< an alarm about silence is
};

/// One alarm, or the end of one.
struct VolumeAlarm {
  bool about_silence = false;
  bool resolved = false;
  Timestamp at;
  Timestamp since;      ///< silence: the last prediction; volume: the day's start
  double expected = 0;  ///< volume: predictions a day; silence: minutes of the longest gap
  double observed = 0;  ///< volume: of that day; silence: minutes
  double value = 0;
};

/// An hour's predictions, minute by minute.
void add_hour(VolumeState& state, std::int64_t hour,
              const std::array<std::uint64_t, 60>& rows_by_minute);

/// A day is over at `end`. Its count is compared with the median of those 7, 14, 21 and 28 days
/// before, for factors 1/4, 1/2, 2 and 4, as Poisson counts with measured overdispersion.
void end_volume_day(VolumeState& state, Timestamp end, double share, double period_days,
                    std::vector<VolumeAlarm>& alarms);

/// Silence: no prediction for max(10 minutes, 5 times the longest gap of the last 14 days), where
/// at least 7 of these had traffic and together more than 20 an hour. `last_minute` is that of the
/// latest prediction, the open hour included.
void look_for_silence(VolumeState& state, std::int64_t last_minute, Timestamp now,
                      std::vector<VolumeAlarm>& alarms);

void encode(const VolumeState& state, ByteWriter& writer);
[[nodiscard]] VolumeState decode_volume(ByteReader& reader);

}  // namespace mlops::observe
