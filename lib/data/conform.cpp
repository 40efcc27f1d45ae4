#include "data/conform.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "data/cell_look.hpp"
#include "data/datetime.hpp"
#include "data/level_matcher.hpp"
#include "data/missing.hpp"
#include "data/number_text.hpp"
#include "data/text_index.hpp"

namespace mlops::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kShownBytes = 100;

/// The first bytes of `text`, never ending inside a UTF-8 sequence.
std::string cut(std::string_view text) {
  std::size_t n = std::min(text.size(), kShownBytes);
  while (n < text.size() && n > 0 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) --n;
  return std::string(text.substr(0, n));
}

/// What one feature needs to turn values into cells.
struct Feature {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  double minimum = kMissing;
  double maximum = kMissing;
  NumberFormat format;
  std::string datetime_format;
  LevelMatcher levels;  ///< category, boolean
};

Feature feature_of(const ColumnSchema& column) {
  Feature feature;
  feature.name = column.name;
  feature.kind = column.kind;
  feature.minimum = column.minimum;
  feature.maximum = column.maximum;
  feature.format = {column.decimal, column.thousands.value_or('\0')};
  feature.datetime_format = column.datetime_format;
  feature.levels = LevelMatcher(column.categories);
  return feature;
}

/// A cell and, when something is remarkable about it, what.
struct Outcome {
  double cell = kMissing;
  std::optional<CellIssueCode> issue;
};

Outcome ranged(const Feature& feature, double value) {
  if (!std::isfinite(value)) return {kMissing, CellIssueCode::not_finite};
  const bool outside = value < feature.minimum || value > feature.maximum;
  if (outside) return {value, CellIssueCode::out_of_range};
  return {value, std::nullopt};
}

Outcome level(std::optional<std::uint32_t> index) {
  if (!index) return {kUnseenCategory, CellIssueCode::unseen_category};
  return {static_cast<double>(*index), std::nullopt};
}

Outcome truth(std::optional<std::uint32_t> index) {
  if (!index) return {kMissing, CellIssueCode::not_a_number};
  return {static_cast<double>(*index), std::nullopt};
}

/// A text that stands for one of two levels: by spelling, or by its sense.
std::optional<std::uint32_t> truth_index(const Feature& feature, std::string_view text) {
  if (const auto index = feature.levels.find(text)) return index;
  const auto& levels = feature.levels.levels();
  for (std::uint32_t i = 0; i < levels.size(); ++i) {
    if (equal_without_case(levels[i], text)) return i;
  }
  const TruthPair pair = truth_pair_of(text);
  if (!pair.known()) return std::nullopt;
  return equal_without_case(text, pair.yes) ? 1 : 0;
}

Outcome number_from_text(const Feature& feature, std::string_view text) {
  auto value = parse_number(text, feature.format);
  if (!value && feature.format.decimal != '.') value = parse_number(text);
  if (value) return ranged(feature, *value);
  if (is_infinity_word(text)) return {kMissing, CellIssueCode::not_finite};
  const TruthPair pair = truth_pair_of(text);
  if (pair.no == "false") return ranged(feature, equal_without_case(text, pair.yes) ? 1 : 0);
  return {kMissing, CellIssueCode::not_a_number};
}

Outcome datetime_from_text(const Feature& feature, std::string_view text) {
  auto moment = parse_datetime(text, feature.datetime_format);
  if (!moment) moment = parse_iso_datetime(text);
  if (!moment) moment = parse_number(text);
  if (!moment) return {kMissing, CellIssueCode::not_a_number};
  return ranged(feature, *moment);
}

Outcome cell_from_text(const Feature& feature, std::string_view text) {
  switch (feature.kind) {
    case ColumnKind::number:
      return number_from_text(feature, text);
    case ColumnKind::datetime:
      return datetime_from_text(feature, text);
    case ColumnKind::boolean:
      return truth(truth_index(feature, text));
    default:
      return level(feature.levels.find(text));
  }
}

Outcome cell_from_number(const Feature& feature, double value) {
  if (std::isnan(value)) return {};
  switch (feature.kind) {
    case ColumnKind::number:
    case ColumnKind::datetime:
      return ranged(feature, value);
    case ColumnKind::boolean:
      if (const auto index = feature.levels.find(value)) return truth(index);
      if (value == 0 || value == 1) return {value, std::nullopt};
      return truth(std::nullopt);
    default:
      return level(feature.levels.find(value));
  }
}

Outcome cell_from_boolean(const Feature& feature, bool value) {
  switch (feature.kind) {
    case ColumnKind::number:
      return ranged(feature, value ? 1 : 0);
    case ColumnKind::datetime:
      return {kMissing, CellIssueCode::not_a_number};
    case ColumnKind::boolean:
      return {value ? 1.0 : 0.0, std::nullopt};
    default:
      return level(feature.levels.find_truth(value));
  }
}

}  // namespace

std::string_view to_string(CellIssueCode code) noexcept {
  switch (code) {
    case CellIssueCode::missing_column:
      return "missing_column";
    case CellIssueCode::unseen_category:
      return "unseen_category";
    case CellIssueCode::out_of_range:
      return "out_of_range";
    case CellIssueCode::not_a_number:
      return "not_a_number";
    case CellIssueCode::not_finite:
      return "not_finite";
    case CellIssueCode::unknown_column:
      return "unknown_column";
  }
  return "";
}

struct RowConformer::State {
  explicit State(const Schema& schema) : missing(schema.missing_markers) {
    for (const std::size_t i : schema.feature_columns()) {
      features.push_back(feature_of(schema.columns[i]));
      names.push_back(schema.columns[i].name);
    }
    feature_index = TextIndex(names);
    std::vector<std::string> all;
    for (const ColumnSchema& column : schema.columns) all.push_back(column.name);
    column_index = TextIndex(std::move(all));
  }

  void report(std::size_t feature, CellIssueCode code, std::string_view value, std::size_t row,
              std::vector<CellIssue>& issues) const {
    issues.push_back({row, feature, code, features[feature].name, cut(value)});
  }

  std::vector<Feature> features;
  std::vector<std::string> names;
  TextIndex feature_index;
  TextIndex column_index;
  MissingMarkers missing;
};

RowConformer::RowConformer(const Schema& schema) : state_(std::make_shared<const State>(schema)) {}

std::size_t RowConformer::n_features() const noexcept {
  return state_->features.size();
}

const std::vector<std::string>& RowConformer::feature_names() const noexcept {
  return state_->names;
}

std::optional<std::size_t> RowConformer::feature_index(std::string_view name) const noexcept {
  const std::uint32_t index = state_->feature_index.find(name);
  if (index == TextIndex::kAbsent) return std::nullopt;
  return index;
}

bool RowConformer::knows_column(std::string_view name) const noexcept {
  return state_->column_index.find(name) != TextIndex::kAbsent;
}

double RowConformer::from_text(std::size_t feature, std::string_view text, std::size_t row,
                               std::vector<CellIssue>& issues) const {
  const std::string_view word = trimmed(text);
  const Feature& wanted = state_->features[feature];
  // A level that training saw is a level, even where it is spelled like a missing marker.
  if (state_->missing.contains(word) && !wanted.levels.find(word)) return kMissing;
  const Outcome outcome = cell_from_text(wanted, word);
  if (outcome.issue) state_->report(feature, *outcome.issue, word, row, issues);
  return outcome.cell;
}

double RowConformer::from_number(std::size_t feature, double value, std::size_t row,
                                 std::vector<CellIssue>& issues) const {
  const Outcome outcome = cell_from_number(state_->features[feature], value);
  if (outcome.issue) state_->report(feature, *outcome.issue, number_as_text(value), row, issues);
  return outcome.cell;
}

double RowConformer::from_boolean(std::size_t feature, bool value, std::size_t row,
                                  std::vector<CellIssue>& issues) const {
  const Outcome outcome = cell_from_boolean(state_->features[feature], value);
  if (outcome.issue) {
    state_->report(feature, *outcome.issue, value ? "true" : "false", row, issues);
  }
  return outcome.cell;
}

namespace {

/// Cells of one text column: every distinct text is converted once, issues are told row by row.
class TextColumnCells {
 public:
  TextColumnCells(const RowConformer& conformer, std::size_t feature, const TableColumn& column)
      : conformer_(&conformer), feature_(feature), column_(&column) {
    std::vector<CellIssue> issues;
    for (const std::string& text : column.dictionary) {
      issues.clear();
      cells_.push_back(conformer.from_text(feature, text, 0, issues));
      remarkable_.push_back(!issues.empty());
    }
  }

  [[nodiscard]] double cell(std::size_t row, std::vector<CellIssue>& issues) const {
    const std::uint32_t code = column_->codes[row];
    if (code == kMissingCode) return kMissing;
    if (!remarkable_[code]) return cells_[code];
    return conformer_->from_text(feature_, column_->dictionary[code], row, issues);
  }

 private:
  const RowConformer* conformer_;
  std::size_t feature_;
  const TableColumn* column_;
  std::vector<double> cells_;
  std::vector<bool> remarkable_;
};

void fill_column(const RowConformer& conformer, std::size_t feature, const TableColumn& column,
                 ConformedRows& rows) {
  double* cell = rows.cells.data() + feature;
  if (column.numeric) {
    for (std::size_t row = 0; row < rows.n_rows; ++row, cell += rows.n_features) {
      *cell = conformer.from_number(feature, column.numbers[row], row, rows.issues);
    }
    return;
  }
  const TextColumnCells cells(conformer, feature, column);
  for (std::size_t row = 0; row < rows.n_rows; ++row, cell += rows.n_features) {
    *cell = cells.cell(row, rows.issues);
  }
}

}  // namespace

ConformedRows RowConformer::from_table(const Table& table) const {
  ConformedRows rows;
  rows.n_rows = table.n_rows;
  rows.n_features = n_features();
  rows.cells.assign(rows.n_rows * rows.n_features, kMissing);
  for (std::size_t feature = 0; feature < rows.n_features; ++feature) {
    const TableColumn* column = table.find(state_->names[feature]);
    if (column != nullptr) {
      fill_column(*this, feature, *column, rows);
    } else {
      state_->report(feature, CellIssueCode::missing_column, {}, 0, rows.issues);
    }
  }
  std::stable_sort(rows.issues.begin(), rows.issues.end(),
                   [](const CellIssue& a, const CellIssue& b) { return a.row < b.row; });
  for (const TableColumn& column : table.columns) {
    if (knows_column(column.name)) continue;
    rows.issues.push_back({0, SIZE_MAX, CellIssueCode::unknown_column, column.name, {}});
  }
  return rows;
}

std::string RowConformer::to_text(std::size_t feature, double cell) const {
  if (std::isnan(cell)) return {};
  const Feature& column = state_->features[feature];
  if (column.kind == ColumnKind::number) return number_as_text(cell);
  if (column.kind == ColumnKind::datetime) return format_datetime(cell, column.datetime_format);
  const auto& levels = column.levels.levels();
  if (cell < 0 || cell >= static_cast<double>(levels.size())) return {};
  return levels[static_cast<std::size_t>(cell)];
}

}  // namespace mlops::data
