#include "data/conform.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "data/datetime.hpp"
#include "data/missing.hpp"
#include "data/number_text.hpp"
#include "data/text_index.hpp"

namespace mlops::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
/// Bytes of an offending value that are kept; long enough to recognise it, short enough to log.
constexpr std::size_t kMaxValueBytes = 100;

/// The first bytes of `text`, never ending inside a UTF-8 sequence.
std::string cut(std::string_view text) {
  if (text.size() <= kMaxValueBytes) return std::string(text);
  std::size_t size = kMaxValueBytes;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return std::string(text.substr(0, size));
}

/// What one value became: the cell, and why it is not simply a value.
struct Conformed {
  double cell = kMissing;
  std::optional<CellIssueCode> issue;
};

}  // namespace

/// One feature with everything that its cells need.
struct FeatureRules {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  double minimum = kMissing;
  double maximum = kMissing;
  NumberFormat number_format;
  std::string datetime_format;
  TextIndex levels;

  [[nodiscard]] Conformed number(double value) const;
  [[nodiscard]] Conformed text(std::string_view text) const;
  [[nodiscard]] Conformed boolean(bool value) const;

 private:
  [[nodiscard]] Conformed in_range(double value) const;
  [[nodiscard]] Conformed number_text(std::string_view text) const;
  [[nodiscard]] Conformed boolean_text(std::string_view text) const;
  [[nodiscard]] Conformed category_text(std::string_view text) const;
  [[nodiscard]] Conformed datetime_text(std::string_view text) const;
};

struct RowConformer::State {
  std::vector<FeatureRules> features;
  std::vector<std::string> names;
  TextIndex feature_names;
  TextIndex column_names;
  MissingMarkers missing;
};

Conformed FeatureRules::in_range(double value) const {
  if (!std::isfinite(value)) {
    if (std::isnan(value)) return {};
    return {kMissing, CellIssueCode::not_finite};
  }
  if (value < minimum || value > maximum) return {value, CellIssueCode::out_of_range};
  return {value, std::nullopt};
}

Conformed FeatureRules::number_text(std::string_view text) const {
  auto value = parse_number(text, number_format);
  if (!value && number_format != NumberFormat{}) value = parse_number(text);
  if (value) return in_range(*value);
  return {kMissing,
          is_infinity_word(text) ? CellIssueCode::not_finite : CellIssueCode::not_a_number};
}

Conformed FeatureRules::boolean_text(std::string_view text) const {
  const std::uint32_t exact = levels.find(text);
  if (exact != TextIndex::kAbsent) return {static_cast<double>(exact), std::nullopt};
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (equal_without_case(levels.texts()[i], text)) return {static_cast<double>(i), std::nullopt};
  }
  if (equal_without_case(text, "true")) return {1, std::nullopt};
  if (equal_without_case(text, "false")) return {0, std::nullopt};
  const auto value = parse_number(text, number_format);
  if (value && (*value == 0 || *value == 1)) return {*value, std::nullopt};
  return {kMissing, CellIssueCode::not_a_number};
}

Conformed FeatureRules::category_text(std::string_view text) const {
  std::uint32_t level = levels.find(text);
  if (level == TextIndex::kAbsent) {
    // "3.0" and the number 3 mean the level "3".
    const auto value = parse_number(text);
    if (value) level = levels.find(number_as_text(*value));
  }
  if (level == TextIndex::kAbsent) return {kUnseenCategory, CellIssueCode::unseen_category};
  return {static_cast<double>(level), std::nullopt};
}

Conformed FeatureRules::datetime_text(std::string_view text) const {
  auto seconds = parse_datetime(text, datetime_format);
  if (!seconds) seconds = parse_iso_datetime(text);
  if (!seconds) return {kMissing, CellIssueCode::not_a_number};
  return in_range(*seconds);
}

Conformed FeatureRules::text(std::string_view text) const {
  switch (kind) {
    case ColumnKind::number:
      return number_text(text);
    case ColumnKind::boolean:
      return boolean_text(text);
    case ColumnKind::datetime:
      return datetime_text(text);
    default:
      return category_text(text);
  }
}

Conformed FeatureRules::number(double value) const {
  if (std::isnan(value)) return {};
  switch (kind) {
    case ColumnKind::number:
      return in_range(value);
    case ColumnKind::datetime:
      if (datetime_format == kEpochFormat) return in_range(value);
      return datetime_text(number_as_text(value));
    case ColumnKind::boolean:
      return boolean_text(number_as_text(value));
    default:
      return category_text(number_as_text(value));
  }
}

Conformed FeatureRules::boolean(bool value) const {
  if (kind == ColumnKind::number || kind == ColumnKind::boolean) return in_range(value ? 1 : 0);
  if (kind == ColumnKind::datetime) return {kMissing, CellIssueCode::not_a_number};
  const std::string_view word = value ? "true" : "false";
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (equal_without_case(levels.texts()[i], word)) return {static_cast<double>(i), std::nullopt};
  }
  return {kUnseenCategory, CellIssueCode::unseen_category};
}

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
  return "unknown_column";
}

RowConformer::RowConformer(const Schema& schema) {
  auto state = std::make_shared<State>(State{.features = {},
                                             .names = {},
                                             .feature_names = {},
                                             .column_names = {},
                                             .missing = MissingMarkers(schema.missing_markers)});
  for (const ColumnSchema& column : schema.columns) state->column_names.intern(column.name);
  for (const std::size_t index : schema.feature_columns()) {
    const ColumnSchema& column = schema.columns[index];
    state->feature_names.intern(column.name);
    state->names.push_back(column.name);
    const bool ranged = column.kind == ColumnKind::number || column.kind == ColumnKind::datetime;
    state->features.push_back({.name = column.name,
                               .kind = column.kind,
                               .minimum = ranged ? column.minimum : kMissing,
                               .maximum = ranged ? column.maximum : kMissing,
                               .number_format = {.decimal = schema.decimal},
                               .datetime_format = column.datetime_format,
                               .levels = TextIndex(column.categories)});
  }
  state_ = std::move(state);
}

std::size_t RowConformer::n_features() const noexcept {
  return state_->features.size();
}

const std::vector<std::string>& RowConformer::feature_names() const noexcept {
  return state_->names;
}

std::optional<std::size_t> RowConformer::feature_index(std::string_view name) const noexcept {
  const std::uint32_t found = state_->feature_names.find(name);
  if (found == TextIndex::kAbsent) return std::nullopt;
  return found;
}

bool RowConformer::knows_column(std::string_view name) const noexcept {
  return state_->column_names.find(name) != TextIndex::kAbsent;
}

double RowConformer::from_text(std::size_t feature, std::string_view text, std::size_t row,
                               std::vector<CellIssue>& issues) const {
  const std::string_view value = trimmed(text);
  const FeatureRules& rules = state_->features[feature];
  // A level that training saw is a level, even where it is spelled like a missing marker.
  if (state_->missing.contains(value) && rules.levels.find(value) == TextIndex::kAbsent)
    return kMissing;
  const Conformed conformed = rules.text(value);
  if (conformed.issue) issues.push_back({row, feature, *conformed.issue, rules.name, cut(value)});
  return conformed.cell;
}

double RowConformer::from_number(std::size_t feature, double value, std::size_t row,
                                 std::vector<CellIssue>& issues) const {
  const FeatureRules& rules = state_->features[feature];
  const Conformed conformed = rules.number(value);
  if (conformed.issue)
    issues.push_back({row, feature, *conformed.issue, rules.name, number_as_text(value)});
  return conformed.cell;
}

double RowConformer::from_boolean(std::size_t feature, bool value, std::size_t row,
                                  std::vector<CellIssue>& issues) const {
  const FeatureRules& rules = state_->features[feature];
  const Conformed conformed = rules.boolean(value);
  if (conformed.issue)
    issues.push_back({row, feature, *conformed.issue, rules.name, value ? "true" : "false"});
  return conformed.cell;
}

namespace {

/// Writes one column's cells; a text column's dictionary is conformed once, not once a row.
void conform_column(const RowConformer& conformer, const TableColumn& column, std::size_t feature,
                    ConformedRows& rows) {
  const auto put = [&](std::size_t row, double cell) {
    rows.cells[row * rows.n_features + feature] = cell;
  };
  if (column.numeric) {
    for (std::size_t row = 0; row < rows.n_rows; ++row)
      put(row, conformer.from_number(feature, column.numbers[row], row, rows.issues));
    return;
  }
  std::vector<double> cells(column.dictionary.size());
  std::vector<std::vector<CellIssue>> issues(column.dictionary.size());
  for (std::size_t code = 0; code < cells.size(); ++code)
    cells[code] = conformer.from_text(feature, column.dictionary[code], 0, issues[code]);
  for (std::size_t row = 0; row < rows.n_rows; ++row) {
    const std::uint32_t code = column.codes[row];
    put(row, code == kMissingCode ? kMissing : cells[code]);
    if (code == kMissingCode) continue;
    for (CellIssue issue : issues[code]) {
      issue.row = row;
      rows.issues.push_back(std::move(issue));
    }
  }
}

}  // namespace

ConformedRows RowConformer::from_table(const Table& table) const {
  ConformedRows rows{.n_rows = table.n_rows, .n_features = n_features()};
  rows.cells.assign(rows.n_rows * rows.n_features, kMissing);
  for (std::size_t feature = 0; feature < rows.n_features; ++feature) {
    const TableColumn* column = table.find(feature_names()[feature]);
    if (column != nullptr) {
      conform_column(*this, *column, feature, rows);
      continue;
    }
    for (std::size_t row = 0; row < rows.n_rows; ++row)
      rows.issues.push_back(
          {row, feature, CellIssueCode::missing_column, feature_names()[feature], ""});
  }
  std::stable_sort(rows.issues.begin(), rows.issues.end(),
                   [](const CellIssue& a, const CellIssue& b) { return a.row < b.row; });
  return rows;
}

std::string RowConformer::to_text(std::size_t feature, double cell) const {
  const FeatureRules& rules = state_->features[feature];
  if (std::isnan(cell)) return {};
  switch (rules.kind) {
    case ColumnKind::number:
      return number_as_text(cell);
    case ColumnKind::datetime:
      return format_datetime(cell, rules.datetime_format);
    default:
      break;
  }
  const bool known = cell >= 0 && cell < static_cast<double>(rules.levels.size());
  return known ? rules.levels.texts()[static_cast<std::size_t>(cell)] : std::string();
}

std::vector<std::uint32_t> target_classes(const Table& table, const Schema& schema) {
  std::vector<std::uint32_t> classes(table.n_rows, kMissingCode);
  const TableColumn* column = table.find(schema.target);
  if (column == nullptr) return classes;
  const TextIndex labels{schema.classes};
  const auto class_of = [&](std::string_view text) {
    std::uint32_t found = labels.find(text);
    if (found == TextIndex::kAbsent) {
      const auto value = parse_number(text);
      if (value) found = labels.find(number_as_text(*value));
    }
    return found == TextIndex::kAbsent ? kMissingCode : found;
  };
  if (column->numeric) {
    for (std::size_t row = 0; row < table.n_rows; ++row) {
      const double value = column->numbers[row];
      if (!std::isnan(value)) classes[row] = class_of(number_as_text(value));
    }
    return classes;
  }
  std::vector<std::uint32_t> by_code;
  for (const std::string& text : column->dictionary) by_code.push_back(class_of(text));
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    if (column->codes[row] != kMissingCode) classes[row] = by_code[column->codes[row]];
  }
  return classes;
}

std::vector<double> target_values(const Table& table, const Schema& schema) {
  std::vector<double> values(table.n_rows, kMissing);
  const TableColumn* column = table.find(schema.target);
  if (column == nullptr) return values;
  if (column->numeric) return column->numbers;
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    if (column->codes[row] == kMissingCode) continue;
    const auto value =
        parse_number(column->dictionary[column->codes[row]], {.decimal = schema.decimal});
    if (value && std::isfinite(*value)) values[row] = *value;
  }
  return values;
}

}  // namespace mlops::data
