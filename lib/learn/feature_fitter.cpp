#include "learn/feature_fitter.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "learn/target_means.hpp"

namespace mlops::learn {

namespace {

using data::ColumnKind;
using model::CellSource;
using model::Encoding;

constexpr std::size_t kMostOneHotLevels = 100;
constexpr std::size_t kMostNativeLevels = 1000;

/// Source of 10 rows a level: training notes; fewer for small data, where 10 would pool all.
std::size_t fewest_level_rows(std::size_t n_rows) {
  return std::clamp<std::size_t>(n_rows / 50, 2, 10);
}

/// Present values of one source over rows, ascending; and whether any was missing.
struct SourceValues {
  std::vector<double> present;
  std::size_t n_missing = 0;

  [[nodiscard]] bool varies() const {
    return !present.empty() && (present.front() < present.back() || n_missing > 0);
  }
  [[nodiscard]] bool has_more_than_two() const {
    const auto second = std::upper_bound(present.begin(), present.end(), present.front());
    return second != present.end() && *second < present.back();
  }
  [[nodiscard]] double quantile(double q) const {
    return present[static_cast<std::size_t>(q * static_cast<double>(present.size() - 1) + 0.5)];
  }
};

/// Fits the encodings of one feature after another.
class FeatureFitter {
 public:
  FeatureFitter(const EncodingSpec& spec, const Dataset& dataset, const RowIndices& rows)
      : spec_(spec), dataset_(dataset), rows_(rows) {}

  std::vector<Encoding> fit_all() {
    for (std::size_t feature = 0; feature < dataset_.n_features(); ++feature) fit(feature);
    // Everything constant: a predictor still needs an input to be fitted on.
    if (encodings_.empty()) encodings_.push_back({.step = model::Standardized{}});
    return std::move(encodings_);
  }

 private:
  void fit(std::size_t feature) {
    const auto kind = dataset_.column_of(feature).kind;
    if (kind == ColumnKind::datetime) {
      fit_datetime(feature);
    } else if (kind == ColumnKind::number || kind == ColumnKind::boolean) {
      fit_number(feature, CellSource::cell, 0);
    } else {
      fit_category(feature);
    }
  }

  SourceValues values_of(std::size_t feature, CellSource source, double origin) const {
    const model::Encoder encoder({{.feature = static_cast<std::uint32_t>(feature),
                                   .source = source,
                                   .origin_seconds = origin,
                                   .step = model::PassThrough{}}},
                                 dataset_.n_features());
    SourceValues values;
    values.present.reserve(rows_.size());
    std::vector<double> cells(dataset_.n_features(), std::nan(""));
    for (const auto row : rows_) {
      double value = dataset_.cell(row, feature);
      if (source != CellSource::cell) {
        float encoded = 0;
        cells[feature] = value;
        encoder.encode(cells, std::span(&encoded, 1));
        value = static_cast<double>(encoded);
      }
      std::isnan(value) ? ++values.n_missing : (values.present.push_back(value), 0UL);
    }
    std::sort(values.present.begin(), values.present.end());
    return values;
  }

  void add(std::size_t feature, CellSource source, double origin, model::EncodingStep step) {
    encodings_.push_back({.feature = static_cast<std::uint32_t>(feature),
                          .source = source,
                          .origin_seconds = origin,
                          .step = std::move(step)});
  }

  /// Whether trees can learn from the cells; needs no sorting, and mostly no second row.
  [[nodiscard]] bool cells_vary(std::size_t feature) const {
    std::optional<double> first;
    bool has_missing = false;
    for (const auto row : rows_) {
      const double value = dataset_.cell(row, feature);
      if (std::isnan(value)) {
        has_missing = true;
      } else if (!first) {
        first = value;
      } else if (value != *first) {
        return true;
      }
      if (first && has_missing) return true;
    }
    return false;
  }

  void fit_number(std::size_t feature, CellSource source, double origin) {
    if (spec_.numbers == NumberEncoding::raw && source == CellSource::cell) {
      if (cells_vary(feature)) add(feature, source, origin, model::PassThrough{});
      return;
    }
    const auto values = values_of(feature, source, origin);
    if (!values.varies()) return;
    if (spec_.numbers == NumberEncoding::raw) {
      add(feature, source, origin, model::PassThrough{});
      return;
    }
    const bool more_than_two = values.has_more_than_two();
    auto step = standardize(values);
    if (!more_than_two) {
      // Two values become 0 and 1: zeros cost a linear model nothing.
      const double width = values.present.back() - values.present.front();
      step.mean = values.present.front();
      step.scale = width > 0 && std::isfinite(width) ? width : 1;
    }
    add(feature, source, origin, step);
    if (spec_.numbers == NumberEncoding::binned && more_than_two) {
      add_bins(feature, source, origin, values);
    }
  }

  static model::Standardized standardize(const SourceValues& values) {
    model::Standardized step;
    step.fill = values.quantile(0.5);
    step.minimum = values.present.front() - margin(values);
    step.maximum = values.present.back() + margin(values);
    step.missing_indicator = values.n_missing > 0;
    const auto n_present = static_cast<double>(values.present.size());
    const auto n_missing = static_cast<double>(values.n_missing);
    double sum = step.fill * n_missing;
    for (const double value : values.present) sum += value;
    step.mean = sum / (n_present + n_missing);
    double squares = (step.fill - step.mean) * (step.fill - step.mean) * n_missing;
    for (const double value : values.present) {
      squares += (value - step.mean) * (value - step.mean);
    }
    const double deviation = std::sqrt(squares / (n_present + n_missing));
    step.scale = deviation > 0 && std::isfinite(deviation) ? deviation : 1;
    return step;
  }

  /// How far beyond the training rows a number is believed. A new row in a thousand lies a little
  /// outside, where the relation still holds; a slip of the keyboard lies far outside.
  static double margin(const SourceValues& values) {
    constexpr double kBelievedShare = 0.25;
    const double width = kBelievedShare * (values.present.back() - values.present.front());
    return std::isfinite(width) ? width : 0;
  }

  void add_bins(std::size_t feature, CellSource source, double origin, const SourceValues& values) {
    model::QuantileBins bins;
    for (unsigned i = 1; i < spec_.n_bins; ++i) {
      const double edge = values.quantile(static_cast<double>(i) / spec_.n_bins);
      const bool ascends = bins.edges.empty() || edge > bins.edges.back();
      if (ascends && edge < values.present.back()) bins.edges.push_back(edge);
    }
    if (!bins.edges.empty()) add(feature, source, origin, std::move(bins));
  }

  void fit_datetime(std::size_t feature) {
    const auto seconds = values_of(feature, CellSource::cell, 0);
    if (!seconds.varies()) return;
    const double origin = seconds.present.front();
    fit_number(feature, CellSource::elapsed_days, origin);
    if (spec_.numbers == NumberEncoding::raw) {
      for (const auto source : {CellSource::year, CellSource::month, CellSource::day,
                                CellSource::weekday, CellSource::hour, CellSource::day_of_year}) {
        fit_number(feature, source, 0);
      }
      return;
    }
    constexpr std::pair<CellSource, double> kCycles[] = {
        {CellSource::day_of_year, 365.25}, {CellSource::weekday, 7}, {CellSource::hour, 24}};
    for (const auto& [source, period] : kCycles) {
      if (values_of(feature, source, 0).varies()) {
        add(feature, source, 0, model::Cyclic{period});
      }
    }
  }

  void fit_category(std::size_t feature) {
    switch (spec_.categories) {
      case CategoryEncoding::one_hot:
        fit_one_hot(feature);
        break;
      case CategoryEncoding::target_mean:
        add(feature, CellSource::cell, 0, fit_target_map(dataset_, rows_, feature));
        break;
      case CategoryEncoding::native:
        fit_codes(feature);
        break;
    }
  }

  struct LevelCounts {
    std::vector<std::size_t> levels;
    std::size_t n_missing = 0;
  };

  LevelCounts count_levels(std::size_t feature) const {
    LevelCounts counts{std::vector<std::size_t>(dataset_.column_of(feature).categories.size())};
    for (const auto row : rows_) {
      const double cell = dataset_.cell(row, feature);
      if (std::isnan(cell)) ++counts.n_missing;
      if (cell >= 0) ++counts.levels[static_cast<std::size_t>(cell)];
    }
    return counts;
  }

  void fit_one_hot(std::size_t feature) {
    const auto counts = count_levels(feature);
    model::OneHot step;
    step.slot_of_level.assign(counts.levels.size(), model::kNoSlot);
    bool has_others = false;
    // Levels stand by frequency in the schema, so the first hundred are the most frequent.
    for (std::size_t level = 0; level < counts.levels.size(); ++level) {
      const bool own_slot = counts.levels[level] >= fewest_level_rows(rows_.size()) &&
                            step.n_slots < kMostOneHotLevels;
      if (own_slot) step.slot_of_level[level] = step.n_slots++;
      has_others = has_others || (!own_slot && counts.levels[level] > 0);
    }
    if (has_others) step.other_slot = step.n_slots++;
    if (counts.n_missing > 0) step.missing_slot = step.n_slots++;
    if (step.n_slots > 1) add(feature, CellSource::cell, 0, std::move(step));
  }

  void fit_codes(std::size_t feature) {
    const auto counts = count_levels(feature);
    model::CategoryCode step;
    step.code_of_level.assign(counts.levels.size(), model::kNoSlot);
    std::uint32_t n_codes = 0;
    for (std::size_t level = 0; level < counts.levels.size(); ++level) {
      if (counts.levels[level] > 0 && n_codes < kMostNativeLevels) {
        step.code_of_level[level] = n_codes++;
      }
    }
    if (n_codes > 1 || counts.n_missing > 0) {
      add(feature, CellSource::cell, 0, std::move(step));
    }
  }

  const EncodingSpec& spec_;
  const Dataset& dataset_;
  const RowIndices& rows_;
  std::vector<Encoding> encodings_;
};

}  // namespace

std::vector<Encoding> fit_encodings(const EncodingSpec& spec, const Dataset& dataset,
                                    const RowIndices& rows) {
  return FeatureFitter(spec, dataset, rows).fit_all();
}

}  // namespace mlops::learn
