#include "data/cell_columns.hpp"

#include <bit>
#include <limits>

namespace mlops::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// What each number of a column is as a cell; nothing when every number is its own cell.
std::vector<double> changed_cells(const RowConformer& conformer, std::size_t feature,
                                  const std::vector<double>& numbers) {
  std::vector<double> cells;
  std::vector<CellIssue> issues;
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    issues.clear();
    const double cell = conformer.from_number(feature, numbers[row], row, issues);
    const bool same =
        std::bit_cast<std::uint64_t>(cell) == std::bit_cast<std::uint64_t>(numbers[row]);
    if (cells.empty() && !same) cells = numbers;
    if (!same) cells[row] = cell;
  }
  return cells;
}

std::vector<double> dictionary_cells(const RowConformer& conformer, std::size_t feature,
                                     const std::vector<std::string>& dictionary) {
  std::vector<double> cells;
  std::vector<CellIssue> issues;
  for (const std::string& text : dictionary) {
    issues.clear();
    cells.push_back(conformer.from_text(feature, text, 0, issues));
  }
  return cells;
}

}  // namespace

double CellColumns::Column::cell(std::size_t table_row) const {
  if (numbers != nullptr) return numbers[table_row];
  if (codes != nullptr) {
    return codes[table_row] == kMissingCode ? kMissing : cells[codes[table_row]];
  }
  return cells.empty() ? kMissing : cells[table_row];
}

CellColumns::Column CellColumns::column_of(const RowConformer& conformer, std::size_t feature,
                                           const Table& table) {
  Column column;
  const TableColumn* source = table.find(conformer.feature_names()[feature]);
  if (source == nullptr) return column;
  if (source->numeric) {
    column.cells = changed_cells(conformer, feature, source->numbers);
    if (column.cells.empty()) column.numbers = source->numbers.data();
  } else {
    column.cells = dictionary_cells(conformer, feature, source->dictionary);
    column.codes = source->codes.data();
  }
  return column;
}

CellColumns::CellColumns(const RowConformer& conformer, const Table& table,
                         const std::vector<std::size_t>& rows) {
  for (std::size_t feature = 0; feature < conformer.n_features(); ++feature) {
    columns_.push_back(column_of(conformer, feature, table));
  }
  bool every_row = rows.size() == table.n_rows;
  for (std::size_t i = 0; every_row && i < rows.size(); ++i) every_row = rows[i] == i;
  if (!every_row) table_rows_.assign(rows.begin(), rows.end());
}

void CellColumns::copy_row(std::size_t row, std::span<double> cells) const {
  for (std::size_t feature = 0; feature < cells.size(); ++feature) {
    cells[feature] = cell(row, feature);
  }
}

void CellColumns::copy_rows(std::span<const std::uint32_t> rows, std::span<double> cells) const {
  for (std::size_t feature = 0; feature < columns_.size(); ++feature) {
    double* to = cells.data() + feature;
    for (const auto row : rows) {
      *to = cell(row, feature);
      to += columns_.size();
    }
  }
}

}  // namespace mlops::data
