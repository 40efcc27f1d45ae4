#include "render/table.hpp"

#include <algorithm>
#include <cctype>

namespace mlops::render {
namespace {

constexpr std::size_t kGap = 2;        // cells between columns
constexpr std::size_t kNarrowest = 8;  // cells a column keeps when it shrinks
constexpr std::string_view kAbsent = "-";

std::string upper_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::toupper(c) : c); });
  return result;
}

std::vector<std::size_t> natural_widths(const Table& table) {
  std::vector<std::size_t> widths;
  for (const Column& column : table.columns()) widths.push_back(cell_width(column.title));
  for (const auto& row : table.rows()) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], cell_width(row[i].text));
    }
  }
  return widths;
}

std::size_t total_width(const std::vector<std::size_t>& widths) {
  std::size_t total = widths.empty() ? 0 : kGap * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  return total;
}

/// Takes cells from the widest shrinkable column, one at a time, until the table fits.
void shrink(std::vector<std::size_t>& widths, const Table& table, std::size_t available) {
  std::size_t total = total_width(widths);
  while (total > available) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool can = table.columns()[i].shrinks && widths[i] > kNarrowest;
      if (can && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) return;
    --widths[widest];
    --total;
  }
}

std::string terminal_line(const std::vector<Cell>& cells, const Table& table,
                          const std::vector<std::size_t>& widths,
                          const Capabilities& capabilities) {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const bool last_left = i + 1 == widths.size() && table.columns()[i].align == Align::left;
    const std::string text = table.columns()[i].cut == Cut::end
                                 ? ellipsized(cells[i].text, widths[i], capabilities)
                                 : shortened(cells[i].text, widths[i], capabilities);
    const std::string cell = styled(cells[i].role, text, capabilities);
    if (i > 0) line += std::string(kGap, ' ');
    line += last_left ? cell : padded(cell, widths[i], table.columns()[i].align);
  }
  return ellipsized(line, capabilities.columns, capabilities);
}

Lines terminal_table(const Table& table, const Capabilities& capabilities) {
  std::vector<std::size_t> widths = natural_widths(table);
  shrink(widths, table, capabilities.columns);
  std::vector<Cell> titles;
  for (const Column& column : table.columns()) {
    titles.emplace_back(column.title_is_name ? column.title : upper_case(column.title), Role::meta);
  }
  Lines lines = {terminal_line(titles, table, widths, capabilities)};
  for (const auto& row : table.rows()) {
    lines.push_back(terminal_line(row, table, widths, capabilities));
  }
  return lines;
}

Lines tab_separated(const Table& table) {
  std::string titles;
  for (const Column& column : table.columns()) titles += column.title + "\t";
  titles.pop_back();
  Lines lines = {std::move(titles)};
  for (const auto& row : table.rows()) {
    std::string line;
    for (const Cell& cell : row) {
      line += cell.text.empty() ? std::string(kAbsent) : cell.text;
      line += '\t';
    }
    line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

void Table::add_row(std::vector<Cell> cells) {
  cells.resize(columns_.size(), Cell(""));
  for (Cell& cell : cells) cell.text = printable(cell.text);
  rows_.push_back(std::move(cells));
}

Lines to_lines(const Table& table, const Capabilities& capabilities) {
  if (table.columns().empty()) return {};
  return capabilities.terminal ? terminal_table(table, capabilities) : tab_separated(table);
}

std::string to_text(const Table& table, const Capabilities& capabilities) {
  return join_lines(to_lines(table, capabilities), capabilities);
}

}  // namespace mlops::render
