// What is kept of an hour of one version: counts over bins that were frozen at training, so that
// hours add up, a year opens at once, and the log can be counted again. Three sketches by what
// writes them: traffic (predictions), outcomes (truth, at the hour of the prediction, restated when
// it is corrected) and arrivals (truth, at the hour it first came: what evidence is made of).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "data/profile.hpp"
#include "observe/bytes.hpp"
#include "observe/cell_cuts.hpp"
#include "observe/loss_profile.hpp"
#include "observe/store.hpp"

namespace mlops::observe {

inline constexpr std::size_t kMinutesPerHour = 60;

/// Hours since the epoch.
[[nodiscard]] inline std::int64_t hour_of(Timestamp time) noexcept {
  return time.micros / kMicrosPerHour;
}
[[nodiscard]] inline std::size_t minute_of(Timestamp time) noexcept {
  return static_cast<std::size_t>(time.micros % kMicrosPerHour / kMicrosPerMinute);
}

/// The frozen bins of one column.
struct ColumnBins {
  bool is_category = false;  ///< or boolean: the cell is the bin, beyond the last one the last
  std::vector<double> edges;
  std::size_t n_bins = 0;
  /// What a cell is compared with to find its bin; nothing where that is more than many.
  std::optional<CellCuts> cuts;

  ColumnBins() = default;
  explicit ColumnBins(const data::ColumnProfile& profile);
  ColumnBins(bool category, std::vector<double> edges, std::size_t n_bins);
  /// Requires: not NaN, not kUnseenCategory.
  [[nodiscard]] std::size_t bin_of(double cell) const noexcept;
};

/// Where the rows of a version are counted.
struct SketchLayout {
  data::Task task = data::Task::regression;
  std::vector<std::string> classes;  ///< classification
  std::vector<ColumnBins> features;
  ColumnBins prediction;
  std::size_t n_estimate_bins = 0;
  std::size_t n_loss_bins = 0;
  double loss_scale = 1;  ///< of regression errors, > 0

  /// The bin in which the loss of a row is expected, from its outputs.
  [[nodiscard]] std::size_t estimate_bin(std::span<const double> outputs,
                                         std::uint32_t label) const noexcept;
};

/// Rows to be counted, borrowed: of a block in memory or of a record of the log.
struct TrafficRows {
  Timestamp time;
  double latency_us = 0;
  std::size_t n_rows = 0;
  std::size_t n_features = 0;
  std::size_t n_outputs = 0;              ///< from one row's outputs to the next one's
  std::span<const double> cells;          ///< n_rows x n_features, row-major
  std::span<const double> outputs;        ///< class probabilities; regression: the value first
  std::span<const std::uint32_t> labels;  ///< answered class (classification)
  std::span<const data::CellIssue> issues;
};

/// A whole block.
[[nodiscard]] TrafficRows rows_of(const PredictionBlock& block);

/// One column over an hour.
struct ColumnCounts {
  std::vector<std::uint64_t> bins;
  std::uint64_t n_missing = 0;
  std::uint64_t n_unseen = 0;
  std::uint64_t n_out_of_range = 0;
  std::uint64_t n_not_a_number = 0;
  double sum = 0;  ///< of the present cells

  void add(const ColumnCounts& other);
};

/// Request latencies in bins of about 9 %: eight to each doubling, from 1 us on.
class LatencyHistogram {
 public:
  void add(double latency_us) noexcept;
  void add(const LatencyHistogram& other);
  /// Microseconds, interpolated within a bin; NaN without requests. Requires: 0 < p < 1.
  [[nodiscard]] double quantile_us(double p) const;
  void encode(ByteWriter& writer) const { writer.sparse_counts(counts_); }
  void decode(ByteReader& reader);

 private:
  static constexpr std::size_t kBins = 8 * 26;  ///< up to a minute
  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(kBins, 0);
};

/// Predictions of an hour.
struct TrafficSketch {
  Timestamp first{INT64_MAX};
  std::uint64_t n_rows = 0;
  std::uint64_t n_requests = 0;
  std::array<std::uint64_t, kMinutesPerHour> rows_by_minute{};
  LatencyHistogram latency;
  std::vector<ColumnCounts> features;
  ColumnCounts prediction;
  std::vector<std::uint64_t> estimates;  ///< rows by estimate bin
  /// Classification: sums of e and e (1 - e), e the loss expected by the model as it stands.
  double expected_loss = 0;
  double expected_variance = 0;

  explicit TrafficSketch(const SketchLayout& layout);
  /// One request: `add_request` and `add_rows`.
  void add(const SketchLayout& layout, const TrafficRows& rows);
  /// When, how many, how fast, what was wrong with cells; nothing that is in them.
  void add_request(const TrafficRows& rows);
  /// What is in the cells and the answers, of one request or of many. Throws corrupt for outputs
  /// that are not of the layout's task.
  void add_rows(const SketchLayout& layout, const TrafficRows& rows);
  void add(const TrafficSketch& other);
};

/// Losses of some labelled rows: 0 or 1, or squared errors.
struct Outcome {
  std::uint64_t n = 0;
  double loss = 0;
  double loss_squared = 0;

  void add(double row_loss) noexcept;
  void remove(double row_loss) noexcept;
  void add(const Outcome& other) noexcept;
};

/// One labelled row as the sketches count it.
struct RowLoss {
  double loss = 0;  ///< 0 or 1, or the squared error
  std::size_t estimate_bin = 0;
  std::size_t loss_bin = 0;
};

/// A prediction with its truth, borrowed.
struct LabelledRow {
  Timestamp predicted;
  Timestamp came;  ///< the first truth for it
  std::span<const double> cells;
  RowLoss loss;
};

/// Truth of the predictions of an hour, whenever it came.
struct OutcomeSketch {
  std::array<Outcome, kMinutesPerHour> by_minute{};
  /// Rows by estimate bin and loss bin, row-major.
  std::vector<std::uint64_t> losses;
  /// Losses by feature and bin; missing and unseen cells are one bin more, the last.
  std::vector<std::vector<Outcome>> segments;

  explicit OutcomeSketch(const SketchLayout& layout);
  void add(const SketchLayout& layout, const LabelledRow& row);
  /// Takes back what `add` counted.
  void remove(const SketchLayout& layout, const LabelledRow& row);
  void add(const OutcomeSketch& other);
};

/// Truth that came in an hour, for whichever prediction.
struct ArrivalSketch {
  Timestamp first{INT64_MAX};
  /// Rows by estimate bin and loss bin, row-major.
  std::vector<std::uint64_t> losses;

  explicit ArrivalSketch(const SketchLayout& layout);
  void add(const SketchLayout& layout, const LabelledRow& row);
  /// Takes back what `add` counted.
  void remove(const SketchLayout& layout, const LabelledRow& row);
  void add(const ArrivalSketch& other);
};

/// The loss of an answer given its truth. Nothing where the truth is no number in regression.
/// A class that training never saw is a wrong answer. Throws corrupt for outputs that lack the
/// answered class.
[[nodiscard]] std::optional<RowLoss> row_loss(const SketchLayout& layout,
                                              std::span<const double> outputs, std::uint32_t label,
                                              std::string_view actual);

}  // namespace mlops::observe
