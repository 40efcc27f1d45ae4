#include "observe/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.hpp"

namespace mlops::observe {
namespace {

/// Blocks are committed within this time after the hour that they belong to.
constexpr std::int64_t kGraceMicros = kMicrosPerMinute;
/// New rows that end a block at a look.
constexpr std::uint64_t kRowsToEndBlock = 100;
constexpr double kVolumeShare = 0.02;

std::string fingerprint_of(const std::vector<Quantity>& quantities, TimeStructure structure,
                           double period_days) {
  std::string text = fmt::format("2;{};{}", static_cast<int>(structure), period_days);
  for (const Quantity& quantity : quantities) {
    text += fmt::format(";{}/{}/{}", static_cast<int>(quantity.source), quantity.subject,
                        quantity.streams.size());
    for (const Stream& stream : quantity.streams)
      text += fmt::format(",{},{},{}", stream.share, stream.limit, stream.deviation);
  }
  return sha256_hex(text);
}

/// counts -= taken, never below 0; their total.
std::uint64_t subtract(std::vector<std::uint64_t>& counts,
                       const std::vector<std::uint64_t>& taken) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (i < taken.size()) counts[i] -= std::min(counts[i], taken[i]);
    n += counts[i];
  }
  return n;
}

}  // namespace

/// One pass from where the state is to now.
class Watch::Run {
 public:
  Run(const Watch& watch, WatchState& state, const HourSource& source)
      : watch_(watch), state_(state), source_(source) {}

  std::vector<AlarmEvent> to(Timestamp now) {
    const std::int64_t open_hour = hour_of({now.micros - kGraceMicros});
    for (const std::int64_t hour : source_.hours(state_.next_hour, open_hour)) {
      close_days_before(hour / kHoursPerDay);
      close_hour(hour);
    }
    close_days_before(open_hour / kHoursPerDay);
    state_.next_hour = std::max(state_.next_hour, open_hour);
    look(now);
    return std::move(events_);
  }

 private:
  QuantityState& memory(std::size_t index) { return state_.quantities[index]; }

  void keep(std::size_t index, std::vector<Alarm>& alarms) {
    for (Alarm& alarm : alarms) events_.push_back({index, std::move(alarm), std::nullopt});
    alarms.clear();
  }
  void keep(std::vector<VolumeAlarm>& alarms) {
    for (const VolumeAlarm& alarm : alarms) events_.push_back({0, {}, alarm});
    alarms.clear();
  }

  /// The part of an hour that no block has had yet, and since when it has been coming.
  Timestamp rest_of(std::size_t index, std::int64_t hour, std::vector<std::uint64_t>& counts,
                    std::uint64_t& n) {
    const Quantity& quantity = watch_.quantities_[index];
    const QuantityState& memory_of = memory(index);
    n = subtract(counts, memory_of.consumed);
    return memory_of.consumed.empty() ? source_.first_row(quantity, hour) : memory_of.consumed_at;
  }

  void close_hour(std::int64_t hour) {
    const Timestamp end{(hour + 1) * kMicrosPerHour};
    std::vector<Alarm> alarms;
    std::vector<std::uint64_t> counts;
    for (std::size_t i = 0; i < watch_.quantities_.size(); ++i) {
      source_.histogram(watch_.quantities_[i], i, hour, counts);
      std::vector<std::uint64_t> whole = counts;
      std::uint64_t n = 0;
      const Timestamp first = rest_of(i, hour, counts, n);
      watch_.detectors_[i].end_block(memory(i), {hour, counts, first}, end, alarms);
      remember(i, hour, whole);
      watch_.detectors_[i].end_hour(memory(i),
                                    {hour, whole, source_.first_row(watch_.quantities_[i], hour)});
      keep(i, alarms);
    }
    add_hour(state_.volume, hour, source_.rows_by_minute(hour));
    state_.next_hour = hour + 1;
  }

  void close_days_before(std::int64_t day) {
    std::vector<Alarm> alarms;
    std::vector<VolumeAlarm> volume_alarms;
    for (; state_.day < day; ++state_.day) {
      const Timestamp end{(state_.day + 1) * kMicrosPerDay};
      load_history();
      for (std::size_t i = 0; i < watch_.quantities_.size(); ++i) {
        watch_.detectors_[i].end_day(memory(i), end, history_[i], alarms);
        keep(i, alarms);
      }
      end_volume_day(state_.volume, end, kVolumeShare, watch_.period_days_, volume_alarms);
      keep(volume_alarms);
    }
  }

  void look(Timestamp now) {
    std::int64_t last_minute = state_.volume.last_minute;
    const std::vector<std::int64_t> open = source_.hours(state_.next_hour, hour_of(now) + 1);
    for (const std::int64_t hour : open) {
      const auto rows = source_.rows_by_minute(hour);
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i] > 0)
          last_minute = std::max(last_minute, hour * 60 + static_cast<std::int64_t>(i));
    }
    if (!open.empty()) look_at(open.front(), now);
    if (last_minute < 0) return;
    std::vector<VolumeAlarm> alarms;
    look_for_silence(state_.volume, last_minute, now, alarms);
    keep(alarms);
  }

  /// Hours end in order: while the one before is still open, a later one waits.
  void look_at(std::int64_t hour, Timestamp now) {
    std::vector<Alarm> alarms;
    std::vector<std::uint64_t> counts;
    for (std::size_t i = 0; i < watch_.quantities_.size(); ++i) {
      source_.histogram(watch_.quantities_[i], i, hour, counts);
      std::vector<std::uint64_t> whole = counts;
      std::uint64_t n = 0;
      const Timestamp first = rest_of(i, hour, counts, n);
      const HourBlock block{hour, counts, first};
      if (n < kRowsToEndBlock && !watch_.detectors_[i].would_alarm(memory(i), block)) continue;
      watch_.detectors_[i].end_block(memory(i), block, now, alarms);
      memory(i).consumed = std::move(whole);
      memory(i).consumed_at = now;
      state_.next_hour = hour;
      keep(i, alarms);
    }
  }

  void remember(std::size_t index, std::int64_t hour, const std::vector<std::uint64_t>& counts) {
    if (!watch_.measures_time_) return;
    load_history();
    add_to_history(index, hour, counts);
    auto& hours = history_[index];
    if (hours.size() > 2 * static_cast<std::size_t>(kHistoryHours))
      hours.erase(hours.begin(), hours.end() - kHistoryHours);
  }

  void add_to_history(std::size_t index, std::int64_t hour,
                      const std::vector<std::uint64_t>& counts) {
    if (std::all_of(counts.begin(), counts.end(), [](std::uint64_t n) { return n == 0; })) return;
    history_[index].push_back(watch_.detectors_[index].means_of(hour, counts));
  }

  /// The closed hours before this run, once it needs them.
  void load_history() {
    if (!history_.empty()) return;
    history_.resize(watch_.quantities_.size());
    if (!watch_.measures_time_) return;
    std::vector<std::uint64_t> counts;
    for (const std::int64_t hour :
         source_.hours(state_.next_hour - kHistoryHours, state_.next_hour)) {
      for (std::size_t i = 0; i < history_.size(); ++i) {
        source_.histogram(watch_.quantities_[i], i, hour, counts);
        add_to_history(i, hour, counts);
      }
    }
  }

  const Watch& watch_;
  WatchState& state_;
  const HourSource& source_;
  std::vector<std::vector<HourMeans>> history_;
  std::vector<AlarmEvent> events_;
};

Watch::Watch(const WatchedVersion& version, const MonitoringPolicy& policy)
    : Watch(watched_quantities(version, policy), policy, version.deployed_at) {}

Watch::Watch(std::vector<Quantity> quantities, const MonitoringPolicy& policy, Timestamp start)
    : quantities_(std::move(quantities)),
      // The first day's budget is there from the start; the rate is lowered accordingly, so that
      // over the first period the stated number holds exactly.
      period_days_(policy.false_alarm_days + 1),
      start_(start),
      fingerprint_(fingerprint_of(quantities_, policy.time_structure, period_days_)),
      measures_time_(policy.time_structure != TimeStructure::independent) {
  for (const Quantity& quantity : quantities_)
    detectors_.emplace_back(quantity, policy.time_structure, period_days_);
}

WatchState Watch::initial() const {
  WatchState state{.start = start_, .fingerprint = fingerprint_, .next_hour = hour_of(start_)};
  state.day = state.next_hour / kHoursPerDay;
  for (const Detector& detector : detectors_) state.quantities.push_back(detector.initial(start_));
  return state;
}

bool Watch::continues(const WatchState& state) const {
  if (state.start != start_ || state.fingerprint != fingerprint_ ||
      state.quantities.size() != quantities_.size())
    return false;
  for (std::size_t i = 0; i < quantities_.size(); ++i)
    if (state.quantities[i].streams.size() != quantities_[i].streams.size()) return false;
  return true;
}

std::vector<AlarmEvent> Watch::advance(WatchState& state, const HourSource& source,
                                       Timestamp now) const {
  return Run(*this, state, source).to(now);
}

}  // namespace mlops::observe
