#include "observe/volume.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "observe/time_structure.hpp"

namespace mlops::observe {
namespace {

constexpr std::array<double, 4> kFactors = {0.25, 0.5, 2, 4};
constexpr std::size_t kKeptDays = 35;  // the weekday four weeks ago, and a week of comparisons
constexpr double kMedianOfChiSquare1 = 0.4549;
constexpr double kPriorDayNoise = 0.0225;  // (15 %)^2 of day-to-day noise until it is measured
constexpr double kBackToNormal = 1.5;      // a factor
constexpr double kLargestLog = 700;
constexpr double kLargestValue = 1e6;

constexpr std::int64_t kLeastSilenceMinutes = 10;
constexpr std::int64_t kGapsToBeSilent = 5;
constexpr std::size_t kSilenceDays = 14;
constexpr std::size_t kLeastDaysWithTraffic = 7;
constexpr double kLeastRowsPerHour = 20;

/// Median of the same weekday in the four weeks before `day`, plus a half; nothing without any.
std::optional<double> expected_count(const std::vector<std::uint64_t>& days, std::size_t day) {
  std::vector<double> same;
  for (std::size_t weeks = 1; weeks <= 4 && 7 * weeks <= day; ++weeks)
    same.push_back(static_cast<double>(days[day - 7 * weeks]));
  if (same.empty()) return std::nullopt;
  return median(std::move(same)) + 0.5;
}

double overdispersion(const std::vector<std::uint64_t>& days, double expected) {
  std::vector<double> squares;
  for (std::size_t day = 7; day + 1 < days.size(); ++day) {
    const double b = *expected_count(days, day);
    const double gap = static_cast<double>(days[day]) - b;
    squares.push_back(gap * gap / (1.25 * b));
  }
  if (squares.size() < 7) return 1 + kPriorDayNoise * expected;
  return std::max(1.0, median(std::move(squares)) / kMedianOfChiSquare1);
}

}  // namespace

void add_hour(VolumeState& state, std::int64_t hour,
              const std::array<std::uint64_t, 60>& rows_by_minute) {
  for (std::size_t i = 0; i < rows_by_minute.size(); ++i) {
    if (rows_by_minute[i] == 0) continue;
    const std::int64_t minute = hour * 60 + static_cast<std::int64_t>(i);
    if (state.last_minute >= 0)
      state.gap_today = std::max(state.gap_today, minute - state.last_minute);
    state.last_minute = std::max(state.last_minute, minute);
    state.today += rows_by_minute[i];
  }
}

void end_volume_day(VolumeState& state, Timestamp end, double share, double period_days,
                    std::vector<VolumeAlarm>& alarms) {
  if (state.last_minute < 0) return;  // the first prediction is still to come
  state.days.push_back(state.today);
  state.gaps.push_back(state.gap_today);
  state.today = 0;
  state.gap_today = 0;
  if (state.days.size() > kKeptDays) {
    state.days.erase(state.days.begin());
    state.gaps.erase(state.gaps.begin());
  }
  const auto expected = expected_count(state.days, state.days.size() - 1);
  if (!expected) return;
  const auto observed = static_cast<double>(state.days.back());
  const double phi = overdispersion(state.days, *expected);
  double value = 0;
  for (std::size_t j = 0; j < kFactors.size(); ++j) {
    const double log_ratio =
        (observed * std::log(kFactors[j]) - *expected * (kFactors[j] - 1)) / phi;
    state.m[j] = std::min(
        (state.m[j] + share / 4 / period_days) * std::exp(std::min(log_ratio, kLargestLog)),
        kLargestValue);
    value += state.m[j];
  }
  const Timestamp since{end.micros - kMicrosPerDay};
  if (value >= 1) {
    state.m = {};
    if (!state.open) alarms.push_back({false, false, end, since, *expected, observed, value});
    state.open = true;
    return;
  }
  const double ratio = (observed + 0.5) / *expected;
  if (!state.open || ratio > kBackToNormal || ratio < 1 / kBackToNormal) return;
  state.open = false;
  alarms.push_back({false, true, end, since, *expected, observed, value});
}

void look_for_silence(VolumeState& state, std::int64_t last_minute, Timestamp now,
                      std::vector<VolumeAlarm>& alarms) {
  const std::size_t n_days = std::min(state.days.size(), kSilenceDays);
  std::size_t n_with_traffic = 0;
  double rows = 0;
  std::int64_t longest = state.gap_today;
  for (std::size_t i = state.days.size() - n_days; i < state.days.size(); ++i) {
    if (state.days[i] > 0) ++n_with_traffic;
    rows += static_cast<double>(state.days[i]);
    longest = std::max(longest, state.gaps[i]);
  }
  const std::int64_t gap = now.micros / kMicrosPerMinute - last_minute;
  const bool quiet = gap > std::max(kLeastSilenceMinutes, kGapsToBeSilent * longest);
  const bool busy_before = n_with_traffic >= kLeastDaysWithTraffic &&
                           rows > kLeastRowsPerHour * 24 * static_cast<double>(n_days);
  const VolumeAlarm alarm{true,
                          state.silent,
                          now,
                          {last_minute * kMicrosPerMinute},
                          static_cast<double>(longest),
                          static_cast<double>(gap),
                          1};
  if (!state.silent && quiet && busy_before) {
    state.silent = true;
    alarms.push_back(alarm);
  } else if (state.silent && gap <= kLeastSilenceMinutes) {
    state.silent = false;
    alarms.push_back(alarm);
  }
}

void encode(const VolumeState& state, ByteWriter& writer) {
  writer.count(state.days.size());
  for (const std::uint64_t day : state.days) writer.count(day);
  for (const std::int64_t gap : state.gaps) writer.fixed(gap);
  writer.count(state.today);
  writer.fixed(state.gap_today);
  writer.fixed(state.last_minute);
  writer.fixed(state.m);
  writer.fixed(static_cast<std::uint8_t>((state.open ? 1 : 0) | (state.silent ? 2 : 0)));
}

VolumeState decode_volume(ByteReader& reader) {
  VolumeState state;
  state.days.resize(reader.length());
  for (std::uint64_t& day : state.days) day = reader.count();
  state.gaps = reader.fixed_all<std::int64_t>(state.days.size());
  state.today = reader.count();
  state.gap_today = reader.fixed<std::int64_t>();
  state.last_minute = reader.fixed<std::int64_t>();
  state.m = reader.fixed<std::array<double, 4>>();
  const auto flags = reader.fixed<std::uint8_t>();
  state.open = (flags & 1) != 0;
  state.silent = (flags & 2) != 0;
  return state;
}

}  // namespace mlops::observe
