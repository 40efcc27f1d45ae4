// The rows that can be learnt from: conformed cells, truth, weights and order, without the rows
// that have no target. Everything in lib/learn speaks of rows by their number here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/cell_columns.hpp"
#include "data/conform.hpp"
#include "data/finding.hpp"
#include "data/metrics.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::learn {

/// Training rows. Every vector has one entry a row unless it says otherwise. `make_dataset` sets no
/// class weights. The cells are the table's, which must outlive the dataset unchanged.
struct Dataset {
  data::Task task = data::Task::regression;
  std::size_t n_classes = 0;  ///< 0 for regression
  data::Schema schema;
  std::vector<std::size_t> feature_columns;  ///< of the schema, in the order of cells
  data::CellColumns cells;
  data::Truth truth;
  std::vector<double> weights;          ///< empty: every row counts 1; otherwise > 0
  std::vector<double> class_weights;    ///< one a class, for fits; empty: all 1
  std::vector<double> time;             ///< empty without a time column; ascending is later
  std::vector<std::size_t> table_rows;  ///< row of the table, ascending

  [[nodiscard]] std::size_t size() const noexcept { return table_rows.size(); }
  [[nodiscard]] std::size_t n_features() const noexcept { return cells.n_features(); }
  [[nodiscard]] double cell(std::size_t row, std::size_t feature) const {
    return cells.cell(row, feature);
  }
  [[nodiscard]] double weight(std::size_t row) const {
    return weights.empty() ? 1.0 : weights[row];
  }
  [[nodiscard]] const data::ColumnSchema& column_of(std::size_t feature) const {
    return schema.columns[feature_columns[feature]];
  }
};

/// Rows with a target and a usable weight; the others are counted in `findings`
/// ("learn.missing_target", "learn.missing_weight"). A row without a time counts as the earliest.
/// The table must outlive the dataset.
/// Throws invalid_data when fewer than 3 rows are left, when only one class is, when there is no
/// feature, or when a weight is negative; not_found for an unknown time column.
[[nodiscard]] Dataset make_dataset(const data::Table& table, const data::Schema& schema,
                                   const std::optional<std::string>& time_column,
                                   std::vector<data::Finding>& findings);

/// Predictions beside these rows' truth.
[[nodiscard]] data::Truth truth_of(const Dataset& dataset, const std::vector<std::uint32_t>& rows);

/// The cells of these rows, in this order.
[[nodiscard]] data::ConformedRows cells_of(const Dataset& dataset,
                                           const std::vector<std::uint32_t>& rows);

}  // namespace mlops::learn
