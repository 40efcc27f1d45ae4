// Dots on character cells: eight a cell in braille, one a cell in ASCII. Each cell has the style
// of the last line drawn through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

/// Counted from the upper left corner.
struct Dot {
  int x = 0;
  int y = 0;
};

/// Dots outside are not drawn.
class Canvas {
 public:
  Canvas(std::size_t n_columns, std::size_t n_rows, const Capabilities& capabilities);

  [[nodiscard]] std::size_t n_dots_across() const noexcept;
  [[nodiscard]] std::size_t n_dots_down() const noexcept;

  /// A straight line, both ends drawn. Source: Bresenham, IBM Systems Journal 4 (1965) 25-30.
  void line(Dot from, Dot to, Role role);
  /// A horizontal dotted line over the whole width, drawn below everything else.
  void dotted_line(int y);

  /// n_rows lines of n_columns cells.
  [[nodiscard]] Lines lines() const;

 private:
  struct Cell {
    std::uint8_t dots = 0;
    char mark = ' ';
    Role role = Role::meta;
  };

  Cell* cell_at(Dot dot);
  void set(Dot dot, Role role, char mark);

  std::size_t n_columns_;
  std::size_t n_rows_;
  Capabilities capabilities_;
  std::vector<Cell> cells_;
};

}  // namespace mlops::render
