#include "render/canvas.hpp"

#include <cstdlib>
#include <string>

namespace mlops::render {
namespace {

constexpr std::size_t kDotsAcross = 2;  // of a braille cell
constexpr std::size_t kDotsDown = 4;

/// Bit of the dot at (column, row) of a braille cell. Source: The Unicode Standard, block
/// "Braille Patterns" U+2800: dots 1-3 and 7 on the left, 4-6 and 8 on the right.
constexpr std::uint8_t kDotBit[kDotsAcross][kDotsDown] = {{0x01, 0x02, 0x04, 0x40},
                                                          {0x08, 0x10, 0x20, 0x80}};

/// UTF-8 of U+2800 + dots.
std::string braille(std::uint8_t dots) {
  std::string text = "\xE2";
  text += static_cast<char>(0xA0U | (dots >> 6U));
  text += static_cast<char>(0x80U | (dots & 0x3FU));
  return text;
}

}  // namespace

Canvas::Canvas(std::size_t n_columns, std::size_t n_rows, const Capabilities& capabilities)
    : n_columns_(n_columns),
      n_rows_(n_rows),
      capabilities_(capabilities),
      cells_(n_columns * n_rows) {}

std::size_t Canvas::n_dots_across() const noexcept {
  return capabilities_.unicode ? n_columns_ * kDotsAcross : n_columns_;
}

std::size_t Canvas::n_dots_down() const noexcept {
  return capabilities_.unicode ? n_rows_ * kDotsDown : n_rows_;
}

Canvas::Cell* Canvas::cell_at(Dot dot) {
  if (dot.x < 0 || dot.y < 0) return nullptr;
  auto column = static_cast<std::size_t>(dot.x);
  auto row = static_cast<std::size_t>(dot.y);
  if (column >= n_dots_across() || row >= n_dots_down()) return nullptr;
  if (capabilities_.unicode) {
    column /= kDotsAcross;
    row /= kDotsDown;
  }
  return &cells_[row * n_columns_ + column];
}

void Canvas::set(Dot dot, Role role, char mark) {
  Cell* cell = cell_at(dot);
  if (cell == nullptr) return;
  cell->mark = mark;
  cell->role = role;
  cell->dots =
      static_cast<std::uint8_t>(cell->dots | kDotBit[static_cast<std::size_t>(dot.x) % kDotsAcross]
                                                    [static_cast<std::size_t>(dot.y) % kDotsDown]);
}

void Canvas::line(Dot from, Dot to, Role role) {
  const int across = std::abs(to.x - from.x);
  const int down = -std::abs(to.y - from.y);
  const int step_x = from.x < to.x ? 1 : -1;
  const int step_y = from.y < to.y ? 1 : -1;
  int error = across + down;
  for (Dot dot = from;;) {
    set(dot, role, '*');
    if (dot.x == to.x && dot.y == to.y) return;
    const int doubled = 2 * error;
    if (doubled >= down) {
      error += down;
      dot.x += step_x;
    }
    if (doubled <= across) {
      error += across;
      dot.y += step_y;
    }
  }
}

void Canvas::dotted_line(int y) {
  constexpr int kStep = 3;
  const int end = static_cast<int>(n_dots_across());
  for (int x = 0; x < end; x += capabilities_.unicode ? kStep : 2) set({x, y}, Role::warning, '-');
}

Lines Canvas::lines() const {
  Lines result;
  for (std::size_t row = 0; row < n_rows_; ++row) {
    std::string line;
    for (std::size_t begin = 0; begin < n_columns_;) {  // one style for each run of equal cells
      const Role role = cells_[row * n_columns_ + begin].role;
      std::string run;
      std::size_t end = begin;
      for (; end < n_columns_ && cells_[row * n_columns_ + end].role == role; ++end) {
        const Cell& cell = cells_[row * n_columns_ + end];
        run += capabilities_.unicode ? braille(cell.dots) : std::string(1, cell.mark);
      }
      line += styled(role, run, capabilities_);
      begin = end;
    }
    result.push_back(std::move(line));
  }
  return result;
}

}  // namespace mlops::render
