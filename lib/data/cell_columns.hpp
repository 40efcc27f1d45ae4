// The cells of a table under a schema, column by column, without a copy of what the table holds as
// it stands: what training reads when rows are many.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/conform.hpp"
#include "data/table.hpp"

namespace mlops::data {

/// Cells of some rows of a table, equal to RowConformer::from_table's to the bit. Borrows the
/// table, which must outlive it unchanged. Thread-safe.
class CellColumns {
 public:
  CellColumns() = default;
  /// The rows of `table` named by `rows`, in this order. A column that the table lacks is missing
  /// everywhere. Requires: every index < table.n_rows.
  CellColumns(const RowConformer& conformer, const Table& table,
              const std::vector<std::size_t>& rows);

  [[nodiscard]] std::size_t n_features() const noexcept { return columns_.size(); }
  /// Requires: feature < n_features(), row < rows.size().
  [[nodiscard]] double cell(std::size_t row, std::size_t feature) const {
    return columns_[feature].cell(table_rows_.empty() ? row : table_rows_[row]);
  }
  /// One row's cells. Requires: cells.size() == n_features().
  void copy_row(std::size_t row, std::span<double> cells) const;
  /// Several rows' cells, row-major. Requires: cells.size() == rows.size() x n_features().
  void copy_rows(std::span<const std::uint32_t> rows, std::span<double> cells) const;

 private:
  /// Where the cells of one feature come from.
  struct Column {
    const double* numbers = nullptr;       ///< of the table, where they are cells as they stand
    const std::uint32_t* codes = nullptr;  ///< of the table; index into `cells`
    std::vector<double> cells;             ///< one a dictionary entry, or one a row of the table

    [[nodiscard]] double cell(std::size_t table_row) const;
  };
  static Column column_of(const RowConformer& conformer, std::size_t feature, const Table& table);

  std::vector<Column> columns_;
  std::vector<std::uint32_t> table_rows_;  ///< empty: every row of the table
};

}  // namespace mlops::data
