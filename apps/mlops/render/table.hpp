// A table: aligned columns for people, tab-separated lines without escapes, padding or shortening
// for programs.
#pragma once

#include <string>
#include <vector>

#include "render/capabilities.hpp"
#include "render/cells.hpp"
#include "render/lines.hpp"
#include "render/style.hpp"

namespace mlops::render {

/// Where a text ends that has no room: names differ at both ends, sentences begin at one.
enum class Cut { middle, end };

struct Column {
  std::string title;
  Align align = Align::left;
  /// Whether the column may lose its middle, or its end, where the terminal is narrow.
  bool shrinks = true;
  Cut cut = Cut::middle;
  /// Titles that are names of models or columns stand as they are; others in upper case.
  bool title_is_name = false;
};

struct Cell {
  std::string text;
  Role role = Role::plain;

  Cell(std::string cell_text, Role cell_role = Role::plain)  // NOLINT: rows read as lists of text
      : text(std::move(cell_text)), role(cell_role) {}
  Cell(const char* cell_text) : text(cell_text) {}  // NOLINT
};

/// Rows of cells below titles. Rows shorter than the titles are filled with empty cells.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add_row(std::vector<Cell> cells);

  [[nodiscard]] const std::vector<Column>& columns() const noexcept { return columns_; }
  [[nodiscard]] const std::vector<std::vector<Cell>>& rows() const noexcept { return rows_; }

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// The table as lines, each with a newline. On a terminal: upper-case titles, aligned, at most
/// `columns` wide (the widest shrinkable columns lose their middle; where that is not enough,
/// lines are cut). Elsewhere: titles and cells separated by one tab.
[[nodiscard]] std::string to_text(const Table& table, const Capabilities& capabilities);

/// The same as lines without newlines.
[[nodiscard]] Lines to_lines(const Table& table, const Capabilities& capabilities);

}  // namespace mlops::render
