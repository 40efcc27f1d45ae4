// Truth counted by the hour of its prediction and by the hour it came.
#include <algorithm>
#include <cmath>

#include "observe/sketch.hpp"
#include "observe/truth.hpp"

namespace mlops::observe {
namespace {

void add_counts(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
  for (std::size_t i = 0; i < into.size() && i < from.size(); ++i) into[i] += from[i];
}

/// Of the table of estimate bins by loss bins.
std::size_t cell_of(const SketchLayout& layout, const RowLoss& loss) {
  return loss.estimate_bin * layout.n_loss_bins + loss.loss_bin;
}

/// Where a cell's outcome is counted: its bin, or the one for what has none.
std::size_t segment_of(const ColumnBins& bins, double cell) {
  if (std::isnan(cell) || (bins.is_category && cell < 0)) return bins.n_bins;
  return bins.bin_of(cell);
}

}  // namespace

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

OutcomeSketch::OutcomeSketch(const SketchLayout& layout)
    : losses(layout.n_estimate_bins * layout.n_loss_bins, 0) {
  for (const ColumnBins& bins : layout.features) segments.emplace_back(bins.n_bins + 1);
}

void OutcomeSketch::add(const SketchLayout& layout, const LabelledRow& row) {
  by_minute[minute_of(row.predicted)].add(row.loss.loss);
  ++losses[cell_of(layout, row.loss)];
  for (std::size_t f = 0; f < segments.size() && f < row.cells.size(); ++f)
    segments[f][segment_of(layout.features[f], row.cells[f])].add(row.loss.loss);
}

void OutcomeSketch::remove(const SketchLayout& layout, const LabelledRow& row) {
  by_minute[minute_of(row.predicted)].remove(row.loss.loss);
  --losses[cell_of(layout, row.loss)];
  for (std::size_t f = 0; f < segments.size() && f < row.cells.size(); ++f)
    segments[f][segment_of(layout.features[f], row.cells[f])].remove(row.loss.loss);
}

void OutcomeSketch::add(const OutcomeSketch& other) {
  for (std::size_t i = 0; i < kMinutesPerHour; ++i) by_minute[i].add(other.by_minute[i]);
  add_counts(losses, other.losses);
  for (std::size_t f = 0; f < segments.size() && f < other.segments.size(); ++f)
    for (std::size_t bin = 0; bin < segments[f].size() && bin < other.segments[f].size(); ++bin)
      segments[f][bin].add(other.segments[f][bin]);
}

ArrivalSketch::ArrivalSketch(const SketchLayout& layout)
    : losses(layout.n_estimate_bins * layout.n_loss_bins, 0) {}

void ArrivalSketch::add(const SketchLayout& layout, const LabelledRow& row) {
  first = std::min(first, row.came);
  ++losses[cell_of(layout, row.loss)];
}

void ArrivalSketch::remove(const SketchLayout& layout, const LabelledRow& row) {
  --losses[cell_of(layout, row.loss)];
}

void ArrivalSketch::add(const ArrivalSketch& other) {
  first = std::min(first, other.first);
  add_counts(losses, other.losses);
}

std::optional<RowLoss> row_loss(const SketchLayout& layout, std::span<const double> outputs,
                                std::uint32_t label, std::string_view actual) {
  if (label >= outputs.size()) ByteReader::fail();
  RowLoss result{.estimate_bin = layout.estimate_bin(outputs, label)};
  if (layout.task != data::Task::regression) {
    result.loss = class_of_truth(layout.classes, actual) == label ? 0 : 1;
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
