#include "observe/sketch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "observe/truth.hpp"

namespace mlops::observe {
namespace {

void add_counts(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
  for (std::size_t i = 0; i < into.size() && i < from.size(); ++i) into[i] += from[i];
}

void add_cell(const ColumnBins& bins, double cell, ColumnCounts& counts) {
  if (std::isnan(cell)) {
    ++counts.n_missing;
  } else if (bins.is_category && cell < 0) {
    ++counts.n_unseen;
  } else {
    ++counts.bins[bins.bin_of(cell)];
    counts.sum += cell;
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

/// The scalar that the prediction's profile is about (data/profile.hpp).
double prediction_cell_of(data::Task task, std::span<const double> outputs, std::uint32_t label) {
  switch (task) {
    case data::Task::regression:
      return outputs[0];
    case data::Task::binary:
      return outputs[1];
    case data::Task::multiclass:
      return static_cast<double>(label);
  }
  return 0;
}

}  // namespace

ColumnBins::ColumnBins(const data::ColumnProfile& profile)
    : is_category(profile.kind == data::ColumnKind::category ||
                  profile.kind == data::ColumnKind::boolean),
      edges(profile.edges),
      n_bins(profile.n_bins()) {}

std::size_t ColumnBins::bin_of(double cell) const noexcept {
  if (is_category) return std::min(static_cast<std::size_t>(cell), n_bins - 1);
  std::size_t bin = 0;  // counting beats searching at 20 bins, and vectorises
  for (const double edge : edges) bin += edge < cell ? 1 : 0;
  return bin;
}

SketchLayout::SketchLayout(data::Task the_task, const data::ReferenceProfile& profile,
                           const LossProfile* losses, double fallback_scale)
    : task(the_task), prediction(profile.prediction) {
  for (const data::ColumnProfile& feature : profile.features) features.emplace_back(feature);
  const bool regression = task == data::Task::regression;
  n_estimate_bins = regression ? prediction.n_bins : kExpectedLossBins;
  n_loss_bins = regression ? kLossBins : 2;
  loss_scale = losses != nullptr ? losses->scale : fallback_scale;
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

void TrafficSketch::add(const SketchLayout& layout, const PredictionBlock& block) {
  const data::Predictions& predictions = block.predictions;
  first = std::min(first, block.time);
  n_rows += block.rows.n_rows;
  n_requests += 1;
  rows_by_minute[minute_of(block.time)] += block.rows.n_rows;
  latency.add(block.latency_us);
  const std::size_t n_features = std::min(features.size(), block.rows.n_features);
  for (std::size_t row = 0; row < block.rows.n_rows; ++row) {
    const std::span<const double> cells = block.rows.row(row);
    for (std::size_t f = 0; f < n_features; ++f)
      add_cell(layout.features[f], cells[f], features[f]);
    const bool regression = layout.task == data::Task::regression;
    const std::span<const double> outputs =
        regression ? std::span(&predictions.values[row], 1) : predictions.probabilities_of(row);
    const std::uint32_t label = regression ? 0 : predictions.labels[row];
    add_cell(layout.prediction, prediction_cell_of(layout.task, outputs, label), prediction);
    ++estimates[layout.estimate_bin(outputs, label)];
    if (regression) continue;
    const double expected = 1 - outputs[label];
    expected_loss += expected;
    expected_variance += expected * (1 - expected);
  }
  for (const data::CellIssue& issue : block.rows.issues) add_issue(issue, features);
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

void Outcome::add(double row_loss) noexcept {
  ++n;
  loss += row_loss;
  loss_squared += row_loss * row_loss;
}

void Outcome::remove(double row_loss) noexcept {
  if (--n == 0) {
    loss = loss_squared = 0;  // no rounding is left behind
    return;
  }
  loss -= row_loss;
  loss_squared -= row_loss * row_loss;
}

void Outcome::add(const Outcome& other) noexcept {
  n += other.n;
  loss += other.loss;
  loss_squared += other.loss_squared;
}

ArrivalSketch::ArrivalSketch(const SketchLayout& layout)
    : losses(layout.n_estimate_bins * layout.n_loss_bins, 0) {}

void ArrivalSketch::add(const ArrivalSketch& other) {
  first = std::min(first, other.first);
  add_counts(losses, other.losses);
}

std::optional<RowLoss> row_loss(const SketchLayout& layout, const std::vector<std::string>& classes,
                                std::span<const double> outputs, std::uint32_t label,
                                std::string_view actual) {
  RowLoss result{.estimate_bin = layout.estimate_bin(outputs, label)};
  if (layout.task != data::Task::regression) {
    result.loss = class_of_truth(classes, actual) == label ? 0 : 1;
    result.loss_bin = static_cast<std::size_t>(result.loss);
    return result;
  }
  const auto truth = parse_truth_number(actual);
  if (!truth) return std::nullopt;
  const double error = *truth - outputs[0];
  result.loss = error * error;
  result.loss_bin = loss_bin(std::abs(error) / layout.loss_scale);
  return result;
}

}  // namespace mlops::observe
