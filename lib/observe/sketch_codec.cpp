#include "observe/sketch_codec.hpp"

#include <algorithm>
#include <utility>

namespace mlops::observe {
namespace {

constexpr std::uint8_t kFormat = 1;

std::vector<std::byte> bytes_of(const ByteWriter& writer) {
  return {writer.bytes().begin(), writer.bytes().end()};
}

ByteReader reader_of(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kFormat) ByteReader::fail();
  return reader;
}

void check_end(const ByteReader& reader) {
  if (!reader.at_end()) ByteReader::fail();
}

/// As many as the layout has, nothing else.
void read_counts(ByteReader& reader, std::span<std::uint64_t> counts) {
  const std::vector<std::uint64_t> stored = reader.sparse_counts();
  if (stored.size() != counts.size()) ByteReader::fail();
  std::copy(stored.begin(), stored.end(), counts.begin());
}

void encode_column(const ColumnCounts& column, ByteWriter& writer) {
  writer.sparse_counts(column.bins);
  for (const std::uint64_t n :
       {column.n_missing, column.n_unseen, column.n_out_of_range, column.n_not_a_number})
    writer.count(n);
  writer.fixed(column.sum);
}

void decode_column(ByteReader& reader, ColumnCounts& column) {
  read_counts(reader, column.bins);
  for (std::uint64_t* n :
       {&column.n_missing, &column.n_unseen, &column.n_out_of_range, &column.n_not_a_number})
    *n = reader.count();
  column.sum = reader.fixed<double>();
}

/// Counts, then the sums of those that are not 0.
void encode_outcomes(std::span<const Outcome> outcomes, ByteWriter& writer) {
  std::vector<std::uint64_t> counts;
  for (const Outcome& outcome : outcomes) counts.push_back(outcome.n);
  writer.sparse_counts(counts);
  for (const Outcome& outcome : outcomes) {
    if (outcome.n == 0) continue;
    writer.fixed(outcome.loss);
    writer.fixed(outcome.loss_squared);
  }
}

void decode_outcomes(ByteReader& reader, std::span<Outcome> outcomes) {
  std::vector<std::uint64_t> counts(outcomes.size());
  read_counts(reader, counts);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    outcomes[i] = {.n = counts[i]};
    if (counts[i] == 0) continue;
    outcomes[i].loss = reader.fixed<double>();
    outcomes[i].loss_squared = reader.fixed<double>();
  }
}

void encode_bins(const ColumnBins& bins, ByteWriter& writer) {
  writer.fixed(static_cast<std::uint8_t>(bins.is_category ? 1 : 0));
  writer.count(bins.n_bins);
  writer.count(bins.edges.size());
  writer.fixed_all(std::span<const double>(bins.edges));
}

ColumnBins decode_bins(ByteReader& reader) {
  const bool is_category = reader.fixed<std::uint8_t>() != 0;
  const std::uint64_t n_bins = reader.count();
  std::vector<double> edges = reader.fixed_all<double>(reader.length());
  if (!is_category && n_bins != edges.size() + 1) ByteReader::fail();
  return {is_category, std::move(edges), n_bins};
}

}  // namespace

std::vector<std::byte> encode(const SketchLayout& layout) {
  ByteWriter writer;
  writer.fixed(kFormat);
  writer.fixed(static_cast<std::uint8_t>(layout.task));
  writer.count(layout.classes.size());
  for (const std::string& name : layout.classes) writer.text(name);
  writer.count(layout.features.size());
  for (const ColumnBins& bins : layout.features) encode_bins(bins, writer);
  encode_bins(layout.prediction, writer);
  writer.count(layout.n_estimate_bins);
  writer.count(layout.n_loss_bins);
  writer.fixed(layout.loss_scale);
  return bytes_of(writer);
}

SketchLayout decode_layout(std::span<const std::byte> bytes) {
  ByteReader reader = reader_of(bytes);
  SketchLayout layout;
  const auto task = reader.fixed<std::uint8_t>();
  if (task > static_cast<std::uint8_t>(data::Task::regression)) ByteReader::fail();
  layout.task = static_cast<data::Task>(task);
  layout.classes.resize(reader.length());
  for (std::string& name : layout.classes) name = reader.text();
  layout.features.resize(reader.length());
  for (ColumnBins& bins : layout.features) bins = decode_bins(reader);
  layout.prediction = decode_bins(reader);
  layout.n_estimate_bins = reader.count();
  layout.n_loss_bins = reader.count();
  layout.loss_scale = reader.fixed<double>();
  check_end(reader);
  return layout;
}

std::vector<std::byte> encode(const TrafficSketch& sketch) {
  ByteWriter writer;
  writer.fixed(kFormat);
  writer.fixed(sketch.first.micros);
  writer.count(sketch.n_rows);
  writer.count(sketch.n_requests);
  writer.sparse_counts(sketch.rows_by_minute);
  sketch.latency.encode(writer);
  for (const ColumnCounts& column : sketch.features) encode_column(column, writer);
  encode_column(sketch.prediction, writer);
  writer.sparse_counts(sketch.estimates);
  writer.fixed(sketch.expected_loss);
  writer.fixed(sketch.expected_variance);
  return bytes_of(writer);
}

void decode(std::span<const std::byte> bytes, TrafficSketch& sketch) {
  ByteReader reader = reader_of(bytes);
  sketch.first.micros = reader.fixed<std::int64_t>();
  sketch.n_rows = reader.count();
  sketch.n_requests = reader.count();
  read_counts(reader, sketch.rows_by_minute);
  sketch.latency.decode(reader);
  for (ColumnCounts& column : sketch.features) decode_column(reader, column);
  decode_column(reader, sketch.prediction);
  read_counts(reader, sketch.estimates);
  sketch.expected_loss = reader.fixed<double>();
  sketch.expected_variance = reader.fixed<double>();
  check_end(reader);
}

std::vector<std::byte> encode(const OutcomeSketch& sketch) {
  ByteWriter writer;
  writer.fixed(kFormat);
  encode_outcomes(sketch.by_minute, writer);
  writer.sparse_counts(sketch.losses);
  for (const std::vector<Outcome>& segments : sketch.segments) encode_outcomes(segments, writer);
  return bytes_of(writer);
}

void decode(std::span<const std::byte> bytes, OutcomeSketch& sketch) {
  ByteReader reader = reader_of(bytes);
  decode_outcomes(reader, sketch.by_minute);
  read_counts(reader, sketch.losses);
  for (std::vector<Outcome>& segments : sketch.segments) decode_outcomes(reader, segments);
  check_end(reader);
}

std::vector<std::byte> encode(const ArrivalSketch& sketch) {
  ByteWriter writer;
  writer.fixed(kFormat);
  writer.fixed(sketch.first.micros);
  writer.sparse_counts(sketch.losses);
  return bytes_of(writer);
}

void decode(std::span<const std::byte> bytes, ArrivalSketch& sketch) {
  ByteReader reader = reader_of(bytes);
  sketch.first.micros = reader.fixed<std::int64_t>();
  read_counts(reader, sketch.losses);
  check_end(reader);
}

}  // namespace mlops::observe
