#include "data/conform.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "data/cell_rules.hpp"
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
      features.emplace_back(schema.columns[i]);
      names.push_back(schema.columns[i].name);
    }
    feature_index = TextIndex(names);
    std::vector<std::string> all;
    for (const ColumnSchema& column : schema.columns) all.push_back(column.name);
    column_index = TextIndex(std::move(all));
  }

  void report(std::size_t feature, CellIssueCode code, std::string_view value, std::size_t row,
              std::vector<CellIssue>& issues) const {
    issues.push_back({row, feature, code, features[feature].name(), cut(value)});
  }

  std::vector<CellRules> features;
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
  const CellRules& wanted = state_->features[feature];
  // A level that training saw is a level, even where it is spelled like a missing marker.
  if (state_->missing.contains(word) && !wanted.has_level(word)) return kMissing;
  const CellOutcome outcome = wanted.from_text(word);
  if (outcome.issue) state_->report(feature, *outcome.issue, word, row, issues);
  return outcome.cell;
}

double RowConformer::from_number(std::size_t feature, double value, std::size_t row,
                                 std::vector<CellIssue>& issues) const {
  const CellOutcome outcome = state_->features[feature].from_number(value);
  if (outcome.issue) state_->report(feature, *outcome.issue, number_as_text(value), row, issues);
  return outcome.cell;
}

double RowConformer::from_boolean(std::size_t feature, bool value, std::size_t row,
                                  std::vector<CellIssue>& issues) const {
  const CellOutcome outcome = state_->features[feature].from_boolean(value);
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
  return state_->features[feature].to_text(cell);
}

}  // namespace mlops::data
