#include "observe/sketch.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace mlops::observe {
namespace {

void add_counts(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
  for (std::size_t i = 0; i < into.size() && i < from.size(); ++i) into[i] += from[i];
}

constexpr std::size_t kPaddedEdges = 31;

/// A number whose order as an integer is the double's, where neither is NaN nor -0.
std::int64_t order_of(double value) noexcept {
  const auto bits = std::bit_cast<std::int64_t>(value);
  return bits ^ ((bits >> 63) & INT64_MAX);
}

std::size_t padded_bin(const std::int64_t* padded, std::int64_t order) noexcept {
  std::size_t bin = static_cast<std::size_t>(padded[15] < order) << 4U;
  bin += static_cast<std::size_t>(padded[bin + 7] < order) << 3U;
  bin += static_cast<std::size_t>(padded[bin + 3] < order) << 2U;
  bin += static_cast<std::size_t>(padded[bin + 1] < order) << 1U;
  return bin + static_cast<std::size_t>(padded[bin] < order);
}

/// Without a branch: missing cells have a bin of their own behind the others.
void count_number_cells(const ColumnBins& bins, std::span<const double> cells, std::size_t stride,
                        ColumnCounts& counts) {
  std::array<std::uint64_t, kPaddedEdges + 2> tally{};
  const std::int64_t* padded = bins.padded.data();
  double sum = counts.sum;
  for (std::size_t at = 0; at < cells.size(); at += stride) {
    const double cell = cells[at];
    const bool is_missing = std::isnan(cell);
    ++tally[is_missing ? tally.size() - 1 : padded_bin(padded, order_of(cell))];
    sum += is_missing ? 0 : cell;
  }
  counts.sum = sum;
  counts.n_missing += tally.back();
  const std::size_t n_bins = std::min(counts.bins.size(), tally.size() - 1);
  for (std::size_t bin = 0; bin < n_bins; ++bin) counts.bins[bin] += tally[bin];
}

/// Every `stride`-th of the cells.
void count_cells(const ColumnBins& bins, std::span<const double> cells, std::size_t stride,
                 ColumnCounts& counts) {
  if (!bins.padded.empty()) return count_number_cells(bins, cells, stride, counts);
  for (std::size_t at = 0; at < cells.size(); at += stride) {
    const double cell = cells[at];
    if (std::isnan(cell)) {
      ++counts.n_missing;
    } else if (bins.is_category && cell < 0) {
      ++counts.n_unseen;
    } else {
      ++counts.bins[bins.bin_of(cell)];
      counts.sum += cell;
    }
  }
}

void add_issue(const data::CellIssue& issue, std::vector<ColumnCounts>& features) {
  if (issue.feature >= features.size()) return;  // a column that the schema does not have
  ColumnCounts& counts = features[issue.feature];
  switch (issue.code) {
    case data::CellIssueCode::out_of_range:
      ++counts.n_out_of_range;
      break;
    case data::CellIssueCode::not_a_number:
    case data::CellIssueCode::not_finite:
      ++counts.n_not_a_number;
      --counts.n_missing;  // its cell is NaN and was counted as such
      break;
    default:
      break;
  }
}

/// What the prediction's profile is about (data/profile.hpp), and the estimates.
void count_outputs(const SketchLayout& layout, const TrafficRows& rows, TrafficSketch& sketch) {
  if (rows.outputs.size() != rows.n_rows * rows.n_outputs || rows.n_outputs == 0)
    ByteReader::fail();
  if (layout.task == data::Task::regression) {
    count_cells(layout.prediction, rows.outputs, rows.n_outputs, sketch.prediction);
    for (std::size_t row = 0; row < rows.n_rows; ++row)
      ++sketch.estimates[layout.estimate_bin(rows.outputs.subspan(row * rows.n_outputs, 1), 0)];
    return;
  }
  if (rows.labels.size() != rows.n_rows || rows.n_outputs != layout.classes.size())
    ByteReader::fail();
  if (layout.task == data::Task::binary)
    count_cells(layout.prediction, rows.outputs.subspan(1), rows.n_outputs, sketch.prediction);
  for (std::size_t row = 0; row < rows.n_rows; ++row) {
    const std::uint32_t label = rows.labels[row];
    if (label >= rows.n_outputs) ByteReader::fail();
    const double cell = label;
    if (layout.task == data::Task::multiclass)
      count_cells(layout.prediction, {&cell, 1}, 1, sketch.prediction);
    const double expected = 1 - rows.outputs[row * rows.n_outputs + label];
    ++sketch.estimates[expected_loss_bin(expected)];
    sketch.expected_loss += expected;
    sketch.expected_variance += expected * (1 - expected);
  }
}

}  // namespace

ColumnBins::ColumnBins(const data::ColumnProfile& profile)
    : ColumnBins(
          profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean,
          profile.edges, profile.n_bins()) {}

ColumnBins::ColumnBins(bool category, std::vector<double> the_edges, std::size_t the_n_bins)
    : is_category(category), edges(std::move(the_edges)), n_bins(the_n_bins) {
  if (is_category || edges.size() > kPaddedEdges) return;
  // Adding 0 makes a -0 a 0, which is less than no zero cell.
  for (const double edge : edges) padded.push_back(order_of(edge + 0.0));
  padded.resize(kPaddedEdges, INT64_MAX);
}

std::size_t ColumnBins::bin_of(double cell) const noexcept {
  if (is_category) return std::min(static_cast<std::size_t>(cell), n_bins - 1);
  return static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), cell) -
                                  edges.begin());
}

std::size_t SketchLayout::estimate_bin(std::span<const double> outputs,
                                       std::uint32_t label) const noexcept {
  return task == data::Task::regression ? prediction.bin_of(outputs[0])
                                        : expected_loss_bin(1 - outputs[label]);
}

void ColumnCounts::add(const ColumnCounts& other) {
  add_counts(bins, other.bins);
  n_missing += other.n_missing;
  n_unseen += other.n_unseen;
  n_out_of_range += other.n_out_of_range;
  n_not_a_number += other.n_not_a_number;
  sum += other.sum;
}

void LatencyHistogram::add(double latency_us) noexcept {
  const double position = latency_us > 1 ? 8 * std::log2(latency_us) : 0;
  ++counts_[std::min(static_cast<std::size_t>(position), kBins - 1)];
}

void LatencyHistogram::add(const LatencyHistogram& other) {
  add_counts(counts_, other.counts_);
}

double LatencyHistogram::quantile_us(double p) const {
  std::uint64_t n = 0;
  for (const std::uint64_t count : counts_) n += count;
  if (n == 0) return std::numeric_limits<double>::quiet_NaN();
  const double rank = p * static_cast<double>(n);
  double below = 0;
  for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
    const auto count = static_cast<double>(counts_[bin]);
    if (count > 0 && below + count >= rank)
      return std::exp2((static_cast<double>(bin) + (rank - below) / count) / 8);
    below += count;
  }
  return std::exp2(static_cast<double>(kBins) / 8);
}

void LatencyHistogram::decode(ByteReader& reader) {
  counts_ = reader.sparse_counts();
  counts_.resize(kBins, 0);
}

TrafficSketch::TrafficSketch(const SketchLayout& layout)
    : features(layout.features.size()), estimates(layout.n_estimate_bins, 0) {
  for (std::size_t i = 0; i < features.size(); ++i)
    features[i].bins.assign(layout.features[i].n_bins, 0);
  prediction.bins.assign(layout.prediction.n_bins, 0);
}

TrafficRows rows_of(const PredictionBlock& block) {
  const data::Predictions& predictions = block.predictions;
  const bool regression = predictions.task == data::Task::regression;
  return {.time = block.time,
          .latency_us = block.latency_us,
          .n_rows = block.rows.n_rows,
          .n_features = block.rows.n_features,
          .n_outputs = regression ? 1 : predictions.n_classes,
          .cells = block.rows.cells,
          .outputs = regression ? predictions.values : predictions.probabilities,
          .labels = predictions.labels,
          .issues = block.rows.issues};
}

void TrafficSketch::add_request(const TrafficRows& rows) {
  first = std::min(first, rows.time);
  n_rows += rows.n_rows;
  n_requests += 1;
  rows_by_minute[minute_of(rows.time)] += rows.n_rows;
  latency.add(rows.latency_us);
  for (const data::CellIssue& issue : rows.issues) add_issue(issue, features);
}

void TrafficSketch::add_rows(const SketchLayout& layout, const TrafficRows& rows) {
  const std::size_t n_features = std::min(features.size(), rows.n_features);
  for (std::size_t f = 0; f < n_features; ++f)
    count_cells(layout.features[f], rows.cells.subspan(f), rows.n_features, features[f]);
  count_outputs(layout, rows, *this);
}

void TrafficSketch::add(const SketchLayout& layout, const TrafficRows& rows) {
  add_request(rows);
  add_rows(layout, rows);
}

void TrafficSketch::add(const TrafficSketch& other) {
  first = std::min(first, other.first);
  n_rows += other.n_rows;
  n_requests += other.n_requests;
  for (std::size_t i = 0; i < kMinutesPerHour; ++i) rows_by_minute[i] += other.rows_by_minute[i];
  latency.add(other.latency);
  for (std::size_t i = 0; i < features.size() && i < other.features.size(); ++i)
    features[i].add(other.features[i]);
  prediction.add(other.prediction);
  add_counts(estimates, other.estimates);
  expected_loss += other.expected_loss;
  expected_variance += other.expected_variance;
}

}  // namespace mlops::observe
