#include "observe/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"

namespace mlops::observe {
namespace {

/// Rows since onset without which nobody is told.
constexpr std::uint64_t kLeastRowsToOpen = 30;
/// Below this a stream has seen nothing; what was counted towards a change is forgotten.
constexpr double kOnsetValue = 0.01;
/// An alert that comes back within this time after it was resolved is the old one.
constexpr std::int64_t kCooldownMicros = kMicrosPerDay;
/// False resolutions: at most one in this many days of lasting drift.
constexpr double kResolveDays = 30;

std::uint64_t total(const std::vector<std::uint64_t>& counts) {
  std::uint64_t n = 0;
  for (const std::uint64_t count : counts) n += count;
  return n;
}

void add_into(std::vector<std::uint64_t>& sum, const std::vector<std::uint64_t>& counts) {
  sum.resize(std::max(sum.size(), counts.size()), 0);
  for (std::size_t i = 0; i < counts.size(); ++i) sum[i] += counts[i];
}

std::string fingerprint_of(const std::vector<Quantity>& quantities, double period_days) {
  std::string text = fmt::format("1;{}", period_days);
  for (const Quantity& quantity : quantities) {
    text += fmt::format(";{}/{}/{}", static_cast<int>(quantity.source), quantity.subject,
                        quantity.streams.size());
    for (const Stream& stream : quantity.streams)
      text += fmt::format(",{},{},{}", stream.share, stream.limit, stream.deviation);
  }
  return sha256_hex(text);
}

}  // namespace

/// A piece of time of one quantity: its histogram, when it began, and whether it is over.
struct Watch::Block {
  const std::vector<std::uint64_t>& counts;
  std::int64_t hour;
  Timestamp first;
  Timestamp at;  ///< the time of the look
  bool closed;
};

Watch::Watch(const WatchedVersion& version, const MonitoringPolicy& policy)
    : quantities_(watched_quantities(version, policy)),
      // One day's budget is there from the start, so that the first day is watched too; the rate
      // is lowered accordingly and the first period holds exactly.
      period_days_(policy.false_alarm_days + 1),
      start_(version.deployed_at),
      fingerprint_(fingerprint_of(quantities_, period_days_)) {}

WatchState Watch::initial() const {
  WatchState state{.start = start_, .fingerprint = fingerprint_, .next_hour = hour_of(start_)};
  state.quantities.resize(quantities_.size());
  for (std::size_t i = 0; i < quantities_.size(); ++i) {
    state.quantities[i].m.resize(quantities_[i].streams.size());
    state.quantities[i].accrued_until = {start_.micros - kMicrosPerDay};
  }
  return state;
}

bool Watch::continues(const WatchState& state) const {
  if (state.start != start_ || state.fingerprint != fingerprint_ ||
      state.quantities.size() != quantities_.size())
    return false;
  for (std::size_t i = 0; i < quantities_.size(); ++i)
    if (state.quantities[i].m.size() != quantities_[i].streams.size()) return false;
  return true;
}

double Watch::accrual(const Stream& stream, const QuantityState& state, Timestamp until) const {
  return accrued(stream.share, state.accrued_until, until, period_days_);
}

void Watch::close_hour(WatchState& state, const HourRecord& record,
                       std::vector<AlarmEvent>& events) const {
  std::vector<std::uint64_t> counts;
  const Timestamp end{(record.hour + 1) * kMicrosPerHour};
  for (std::size_t i = 0; i < quantities_.size(); ++i) {
    histogram_of(quantities_[i], record, counts);
    if (total(counts) == 0) continue;
    const Block block{counts, record.hour, first_of(quantities_[i], record), end, true};
    evaluate(i, state.quantities[i], block, events);
  }
  state.next_hour = record.hour + 1;
}

void Watch::look(WatchState& state, const HourRecord& record, Timestamp now,
                 std::vector<AlarmEvent>& events) const {
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < quantities_.size(); ++i) {
    histogram_of(quantities_[i], record, counts);
    if (total(counts) == 0) continue;
    const Block block{counts, record.hour, first_of(quantities_[i], record), now, false};
    evaluate(i, state.quantities[i], block, events);
  }
}

void Watch::evaluate(std::size_t index, QuantityState& state, const Block& block,
                     std::vector<AlarmEvent>& events) const {
  if (state.muted_hour == block.hour) return;
  const Quantity& quantity = quantities_[index];
  std::vector<PerBet> m(quantity.streams.size());
  std::size_t strongest = 0;
  for (std::size_t s = 0; s < m.size(); ++s) {
    const Stream& stream = quantity.streams[s];
    m[s] = updated(stream, state.m[s], accrual(stream, state, block.first),
                   stream.sum_over(stream.log_factor, block.counts), 1);
    if (value_of(m[s]) > value_of(m[strongest])) strongest = s;
  }
  const double value = value_of(m[strongest]);
  std::vector<std::uint64_t> since_onset = state.since_onset;
  add_into(since_onset, block.counts);
  const Timestamp onset = total(state.since_onset) == 0 ? block.first : state.onset;
  const Stream& stream = quantity.streams[strongest];
  const bool alarm = value >= 1 && total(since_onset) >= kLeastRowsToOpen &&
                     stream.mean_score(since_onset) > stream.reference + stream.margin;
  if (block.closed) {
    if (state.open) resolve(index, state, block, events);
    state.m = m;
    state.accrued_until = std::max(state.accrued_until, block.first);
    state.onset = onset;
    if (value < kOnsetValue)
      state.since_onset.clear();
    else
      state.since_onset = since_onset;
  }
  if (!alarm) return;
  AlarmChange change = AlarmChange::refreshed;
  if (!state.open)
    change =
        state.changed_at.micros != 0 && block.at.micros - state.changed_at.micros < kCooldownMicros
            ? AlarmChange::reopened
            : AlarmChange::opened;
  if (!state.open) {
    state.open = true;
    state.changed_at = block.at;
    state.stream = strongest;
    state.resolve = {};
  }
  state.m[strongest] = {};
  if (!block.closed) state.muted_hour = block.hour;
  events.push_back({index, strongest, change, block.at, onset, std::move(since_onset), value});
}

void Watch::resolve(std::size_t index, QuantityState& state, const Block& block,
                    std::vector<AlarmEvent>& events) const {
  const Stream& stream = quantities_[index].streams[state.stream];
  const double accrual = accrued(1, state.accrued_until, block.first, kResolveDays);
  state.resolve =
      updated(stream, state.resolve, accrual, stream.sum_over(stream.log_resolve, block.counts), 1);
  if (value_of(state.resolve) < 1) return;
  state.open = false;
  state.changed_at = block.at;
  events.push_back({index, state.stream, AlarmChange::resolved, block.at, block.first, block.counts,
                    value_of(state.resolve)});
}

std::vector<std::byte> encode(const WatchState& state) {
  ByteWriter writer;
  writer.fixed<std::uint8_t>(1);
  writer.fixed(state.start.micros);
  writer.text(state.fingerprint);
  writer.fixed(state.next_hour);
  writer.count(state.quantities.size());
  for (const QuantityState& quantity : state.quantities) {
    writer.count(quantity.m.size());
    for (const PerBet& m : quantity.m) writer.fixed(m);
    writer.fixed(quantity.accrued_until.micros);
    writer.sparse_counts(quantity.since_onset);
    writer.fixed(quantity.onset.micros);
    writer.fixed(quantity.muted_hour);
    writer.fixed(static_cast<std::uint8_t>(quantity.open ? 1 : 0));
    writer.fixed(quantity.changed_at.micros);
    writer.count(quantity.stream);
    writer.fixed(quantity.resolve);
  }
  return {writer.bytes().begin(), writer.bytes().end()};
}

WatchState decode_watch_state(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != 1) ByteReader::fail();
  WatchState state;
  state.start.micros = reader.fixed<std::int64_t>();
  state.fingerprint = reader.text();
  state.next_hour = reader.fixed<std::int64_t>();
  state.quantities.resize(reader.length());
  for (QuantityState& quantity : state.quantities) {
    quantity.m = reader.fixed_all<PerBet>(reader.length());
    quantity.accrued_until.micros = reader.fixed<std::int64_t>();
    quantity.since_onset = reader.sparse_counts();
    quantity.onset.micros = reader.fixed<std::int64_t>();
    quantity.muted_hour = reader.fixed<std::int64_t>();
    quantity.open = reader.fixed<std::uint8_t>() != 0;
    quantity.changed_at.micros = reader.fixed<std::int64_t>();
    quantity.stream = reader.count();
    quantity.resolve = reader.fixed<PerBet>();
    if (quantity.stream >= std::max<std::size_t>(quantity.m.size(), 1)) ByteReader::fail();
  }
  return state;
}

}  // namespace mlops::observe
