// A watch's memory as bytes. Part of the on-disk format: add, never renumber.
#include "observe/watch.hpp"

namespace mlops::observe {
namespace {

constexpr std::uint8_t kFormat = 4;

void encode_gathering(const Gathering& gathering, ByteWriter& writer) {
  writer.sparse_counts(gathering.counts);
  writer.fixed(gathering.first.micros);
}

Gathering decode_gathering(ByteReader& reader) {
  Gathering gathering;
  gathering.counts = reader.sparse_counts();
  gathering.first.micros = reader.fixed<std::int64_t>();
  return gathering;
}

void encode_today(const OpenDay& day, ByteWriter& writer) {
  writer.fixed(day.rows);
  for (const PerBet* values : {&day.evidence, &day.fresh, &day.rise, &day.rise_rows})
    writer.fixed(*values);
}

OpenDay decode_today(ByteReader& reader) {
  OpenDay day;
  day.rows = reader.fixed<double>();
  for (PerBet* values : {&day.evidence, &day.fresh, &day.rise, &day.rise_rows})
    *values = reader.fixed<PerBet>();
  return day;
}

void encode_cycle(const DailyCycle& cycle, ByteWriter& writer) {
  writer.count(cycle.off.size());
  for (const std::vector<float>* values : {&cycle.off, &cycle.rows})
    writer.fixed_all(std::span(*values));
}

DailyCycle decode_cycle(ByteReader& reader) {
  DailyCycle cycle;
  const std::size_t n = reader.length();
  if (n != 0 && n != static_cast<std::size_t>(kHoursPerDay)) ByteReader::fail();
  for (std::vector<float>* values : {&cycle.off, &cycle.rows}) *values = reader.fixed_all<float>(n);
  return cycle;
}

void encode_runs(const RunsOfRows& runs, ByteWriter& writer) {
  writer.sparse_counts(runs.open);
  writer.fixed(runs.n_closed);
  writer.fixed(runs.differing);
}

RunsOfRows decode_runs(ByteReader& reader) {
  RunsOfRows runs;
  runs.open = reader.sparse_counts();
  runs.n_closed = reader.fixed<double>();
  runs.differing = reader.fixed<double>();
  return runs;
}

void encode_quantity(const QuantityState& state, ByteWriter& writer) {
  writer.fixed(static_cast<std::uint8_t>((state.fast ? 1 : 0) | (state.open ? 2 : 0) |
                                         (state.uneven ? 4 : 0)));
  writer.count(state.streams.size());
  for (const StreamState& stream : state.streams) {
    writer.fixed(stream.days);
    writer.fixed(stream.jump);
    writer.fixed(stream.amplitude);
    writer.fixed(stream.phi_hours);
    writer.fixed(stream.wandering.smallest);
    writer.fixed(stream.wandering.weight);
    writer.fixed(stream.wandering.off);
    writer.fixed(stream.wandering.lasting);
    if (!state.fast) continue;
    writer.fixed(stream.hours);
    encode_today(stream.today, writer);
    encode_cycle(stream.cycle, writer);
  }
  for (const Timestamp time : {state.days_accrued, state.hours_accrued, state.jump_accrued,
                               state.resolve_accrued, state.consumed_at, state.changed_at})
    writer.fixed(time.micros);
  writer.sparse_counts(state.consumed);
  encode_gathering(state.day, writer);
  writer.count(state.days.size());
  for (const auto& day : state.days) writer.sparse_counts(day);
  encode_runs(state.runs, writer);
  encode_gathering(state.onset, writer);
  encode_gathering(state.day_onset, writer);
  writer.count(state.stream);
  writer.fixed(state.resolve);
}

QuantityState decode_quantity(ByteReader& reader) {
  QuantityState state;
  const auto flags = reader.fixed<std::uint8_t>();
  state.fast = (flags & 1) != 0;
  state.open = (flags & 2) != 0;
  state.uneven = (flags & 4) != 0;
  state.streams.resize(reader.length());
  for (StreamState& stream : state.streams) {
    stream.days = reader.fixed<PerBet>();
    stream.jump = reader.fixed<PerBet>();
    stream.amplitude = reader.fixed<double>();
    stream.phi_hours = reader.fixed<double>();
    stream.wandering.smallest = reader.fixed<double>();
    stream.wandering.weight = reader.fixed<decltype(stream.wandering.weight)>();
    stream.wandering.off = reader.fixed<decltype(stream.wandering.off)>();
    stream.wandering.lasting = reader.fixed<double>();
    if (!state.fast) continue;
    stream.hours = reader.fixed<PerBet>();
    stream.today = decode_today(reader);
    stream.cycle = decode_cycle(reader);
  }
  for (Timestamp* time : {&state.days_accrued, &state.hours_accrued, &state.jump_accrued,
                          &state.resolve_accrued, &state.consumed_at, &state.changed_at})
    time->micros = reader.fixed<std::int64_t>();
  state.consumed = reader.sparse_counts();
  state.day = decode_gathering(reader);
  state.days.resize(reader.length());
  for (auto& day : state.days) day = reader.sparse_counts();
  state.runs = decode_runs(reader);
  state.onset = decode_gathering(reader);
  state.day_onset = decode_gathering(reader);
  state.stream = reader.count();
  state.resolve = reader.fixed<PerBet>();
  if (state.stream >= std::max<std::size_t>(state.streams.size(), 1)) ByteReader::fail();
  return state;
}

}  // namespace

std::vector<std::byte> encode(const WatchState& state) {
  ByteWriter writer;
  writer.fixed(kFormat);
  writer.fixed(state.start.micros);
  writer.text(state.fingerprint);
  writer.fixed(state.next_hour);
  writer.fixed(state.day);
  writer.count(state.quantities.size());
  for (const QuantityState& quantity : state.quantities) encode_quantity(quantity, writer);
  encode(state.volume, writer);
  return {writer.bytes().begin(), writer.bytes().end()};
}

bool is_present_format(std::span<const std::byte> bytes) noexcept {
  return !bytes.empty() && std::to_integer<std::uint8_t>(bytes.front()) == kFormat;
}

WatchState decode_watch_state(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kFormat) ByteReader::fail();
  WatchState state;
  state.start.micros = reader.fixed<std::int64_t>();
  state.fingerprint = reader.text();
  state.next_hour = reader.fixed<std::int64_t>();
  state.day = reader.fixed<std::int64_t>();
  state.quantities.resize(reader.length());
  for (QuantityState& quantity : state.quantities) quantity = decode_quantity(reader);
  state.volume = decode_volume(reader);
  if (!reader.at_end()) ByteReader::fail();
  return state;
}

}  // namespace mlops::observe
