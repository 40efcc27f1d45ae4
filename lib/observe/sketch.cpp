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

/// Below that many cells the search for each one is faster.
constexpr std::size_t kFewCells = 8;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void count_cell(const ColumnBins& bins, double cell, ColumnCounts& counts) {
  if (std::isnan(cell)) {
    ++counts.n_missing;
  } else if (bins.is_category && cell < 0) {
    ++counts.n_unseen;
  } else {
    ++counts.bins[bins.bin_of(cell)];
    counts.sum += cell;
  }
}

/// The bins of numbers begin below the first cut, those of levels with it (unseen ones are below).
void add_cut_counts(const CutCounts& found, bool is_category, ColumnCounts& counts) {
  counts.sum += found.sum;
  counts.n_missing += static_cast<std::uint64_t>(found.n_cells - found.n_present);
  if (is_category) counts.n_unseen += static_cast<std::uint64_t>(found.n_present - found.above[0]);
  const std::size_t n_bins = counts.bins.size();
  std::int64_t here_and_above = is_category ? found.above[0] : found.n_present;
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    const std::size_t cut = is_category ? bin + 1 : bin;
    const std::int64_t above = bin + 1 < n_bins ? found.above[cut] : 0;
    counts.bins[bin] += static_cast<std::uint64_t>(here_and_above - above);
    here_and_above = above;
  }
}

/// Every `stride`-th of the cells.
void count_cells(const ColumnBins& bins, std::span<const double> cells, std::size_t stride,
                 ColumnCounts& counts) {
  if (bins.cuts && cells.size() > kFewCells * stride)
    return add_cut_counts(bins.cuts->count(cells, stride), bins.is_category, counts);
  for (std::size_t at = 0; at < cells.size(); at += stride) count_cell(bins, cells[at], counts);
}

/// Just below each level, so that it and what is greater are above.
std::vector<double> cuts_of_levels(std::size_t n_levels) {
  std::vector<double> cuts = {-std::numeric_limits<double>::min()};
  for (std::size_t level = 1; level < n_levels; ++level)
    cuts.push_back(std::nextafter(static_cast<double>(level), -kInfinity));
  return cuts;
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

/// 8 log2(latency) without the fraction, by the exponent and the eighths below the mantissa; far
/// from exact only within the last digits of an eighth (seven of them are irrational).
std::size_t latency_bin(double latency_us) noexcept {
  if (!(latency_us > 1)) return 0;
  constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52U) - 1;
  constexpr std::array<double, 7> kEighths = {
      0x1.172b83c7d517bp+0, 0x1.306fe0a31b715p+0, 0x1.4bfdad5362a27p+0, 0x1.6a09e667f3bcdp+0,
      0x1.8ace5422aa0dbp+0, 0x1.ae89f995ad3adp+0, 0x1.d5818dcfba487p+0};
  const auto bits = std::bit_cast<std::uint64_t>(latency_us);
  const double mantissa =
      std::bit_cast<double>((bits & kMantissa) | std::bit_cast<std::uint64_t>(1.0));
  std::size_t bin = 8 * static_cast<std::size_t>((bits >> 52U) - 1023);
  for (const double eighth : kEighths) bin += mantissa >= eighth ? 1 : 0;
  return bin;
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
      count_cell(layout.prediction, cell, sketch.prediction);
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
  if (n_bins == 0 || n_bins > CellCuts::kMost) return;
  if (!is_category && n_bins != edges.size() + 1) return;
  if (is_category)
    cuts.emplace(cuts_of_levels(n_bins), 0.0);
  else
    cuts.emplace(edges, -kInfinity);
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
  ++counts_[std::min(latency_bin(latency_us), kBins - 1)];
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
