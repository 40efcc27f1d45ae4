// The one path by which rows become cells of a schema, from CSV and from JSON alike: the same
// value gives the same bits whichever way it came. What does not fit is defined, reported, counted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::data {

/// Cell of a category level that training never saw.
inline constexpr double kUnseenCategory = -1.0;

/// Why a cell is not simply a value. Part of the on-disk format: add, never renumber.
enum class CellIssueCode : std::uint8_t {
  missing_column = 0,   ///< the row has no such column; the cell is missing
  unseen_category = 1,  ///< the cell is kUnseenCategory
  out_of_range = 2,     ///< outside the training range; the cell keeps its value
  not_a_number = 3,     ///< unreadable as the column's kind; the cell is missing
  not_finite = 4,       ///< an infinity; the cell is missing
  unknown_column = 5,   ///< a column the schema does not have; ignored (feature = SIZE_MAX)
};

std::string_view to_string(CellIssueCode code) noexcept;

/// One remark about one cell.
struct CellIssue {
  std::size_t row = 0;
  std::size_t feature = 0;  ///< position among the features, not among the columns
  CellIssueCode code = CellIssueCode::missing_column;
  std::string column;
  std::string value;  ///< as received, cut to 100 bytes; empty for missing_column
};

/// Rows that fit a schema. A cell is: number, its value; boolean, 0 or 1; category, the index
/// into the level list or kUnseenCategory; datetime, seconds since the epoch; missing, NaN.
struct ConformedRows {
  std::size_t n_rows = 0;
  std::size_t n_features = 0;
  /// n_rows x n_features, row-major, features in schema order.
  std::vector<double> cells;
  std::vector<CellIssue> issues;

  [[nodiscard]] std::span<const double> row(std::size_t index) const {
    return {cells.data() + index * n_features, n_features};
  }
};

/// Conforms rows one by one or a whole table. Immutable after construction, thread-safe.
/// Borrows nothing: keeps its own copy of what it needs from the schema.
class RowConformer {
 public:
  explicit RowConformer(const Schema& schema);

  [[nodiscard]] std::size_t n_features() const noexcept;
  /// Feature names in cell order.
  [[nodiscard]] const std::vector<std::string>& feature_names() const noexcept;
  /// Position of a feature by name; nothing for the target, ignored and unknown columns.
  [[nodiscard]] std::optional<std::size_t> feature_index(std::string_view name) const noexcept;
  /// True when the schema has the column at all (target and ignored columns count).
  [[nodiscard]] bool knows_column(std::string_view name) const noexcept;

  /// Each returns the cell for one value of one feature and appends an issue when there is one.
  /// Nothing is allocated for a value without an issue. `text` may have blanks around it; missing
  /// markers and the empty text are missing cells without an issue, as is a NaN.
  ///
  /// - number: a text must be a number as the training file wrote them or with a decimal point;
  ///   true and false are 1 and 0.
  /// - boolean: the training file's two spellings, any other word of a known pair (true, yes, 1),
  ///   true and false, 1 and 0. Anything else is not_a_number.
  /// - category: the level of that text; of that value when levels are numbers; "true" and "false"
  ///   for truth values.
  /// - datetime: a text in the training file's format or ISO 8601; a number of seconds.
  [[nodiscard]] double from_text(std::size_t feature, std::string_view text, std::size_t row,
                                 std::vector<CellIssue>& issues) const;
  [[nodiscard]] double from_number(std::size_t feature, double value, std::size_t row,
                                   std::vector<CellIssue>& issues) const;
  [[nodiscard]] double from_boolean(std::size_t feature, bool value, std::size_t row,
                                    std::vector<CellIssue>& issues) const;

  /// Every row of a table. Columns are matched by name. A column that the table lacks or the schema
  /// does not know is one issue (row 0), not one a row. Issues are in row order, those about
  /// unknown columns last.
  [[nodiscard]] ConformedRows from_table(const Table& table) const;

  /// One cell back as text, as it would stand in a CSV file; "" for missing and for unseen.
  [[nodiscard]] std::string to_text(std::size_t feature, double cell) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// Class index of each row's target (classification), matched as a category's level is;
/// kMissingCode where the target is missing or not one of the classes, and everywhere when the
/// table has no such column.
[[nodiscard]] std::vector<std::uint32_t> target_classes(const Table& table, const Schema& schema);

/// The target as numbers (regression); NaN where missing or no number, and everywhere when the
/// table has no such column.
[[nodiscard]] std::vector<double> target_values(const Table& table, const Schema& schema);

}  // namespace mlops::data
