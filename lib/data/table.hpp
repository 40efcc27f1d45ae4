// A table in memory, column by column, before any meaning is given to it: numbers or
// dictionary-coded text. What readers produce and what training consumes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::data {

/// Code of a missing cell in a text column.
inline constexpr std::uint32_t kMissingCode = UINT32_MAX;

/// One column. Exactly one of `numbers` and `codes` is filled, with one entry a row.
struct TableColumn {
  std::string name;
  /// True: `numbers`; false: `codes` into `dictionary`.
  bool numeric = false;
  /// NaN means missing. Never infinite.
  std::vector<double> numbers;
  /// Index into `dictionary`, or kMissingCode.
  std::vector<std::uint32_t> codes;
  /// numeric: how the source wrote its numbers.
  char decimal = '.';
  std::optional<char> thousands;
  /// Distinct texts in order of first appearance, trimmed of surrounding blanks, UTF-8.
  std::vector<std::string> dictionary;

  [[nodiscard]] std::size_t n_rows() const noexcept {
    return numeric ? numbers.size() : codes.size();
  }
  [[nodiscard]] bool is_missing(std::size_t row) const noexcept {
    return numeric ? numbers[row] != numbers[row] : codes[row] == kMissingCode;
  }
  /// The cell as text: numbers by number_as_text (data/number_text.hpp), "" for missing.
  [[nodiscard]] std::string text(std::size_t row) const;
};

/// Columns of equal length with unique names.
struct Table {
  std::vector<TableColumn> columns;
  std::size_t n_rows = 0;

  /// The column of that name, or nullptr.
  [[nodiscard]] const TableColumn* find(std::string_view name) const noexcept;
  /// The names in order.
  [[nodiscard]] std::vector<std::string> names() const;
  /// A copy with only these rows, in this order. Requires: every index < n_rows.
  [[nodiscard]] Table select_rows(const std::vector<std::size_t>& rows) const;
  /// Appends the rows of `other`, matching columns by name; a column that `other` lacks is missing
  /// there, a column that only `other` has is dropped. A column numeric here and text there
  /// becomes text.
  void append(const Table& other);
};

}  // namespace mlops::data
