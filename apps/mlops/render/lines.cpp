#include "render/lines.hpp"

#include <algorithm>

#include "render/cells.hpp"

namespace mlops::render {
namespace {

/// The eight pieces a frame is made of.
struct Frame {
  std::string_view top_left, top_right, bottom_left, bottom_right, horizontal, vertical;
};

constexpr Frame kUnicodeFrame = {"╭", "╮", "╰", "╯", "─", "│"};
constexpr Frame kAsciiFrame = {"+", "+", "+", "+", "-", "|"};

const Frame& frame_of(const Capabilities& capabilities) {
  return capabilities.unicode ? kUnicodeFrame : kAsciiFrame;
}

std::string repeated(std::string_view text, std::size_t n) {
  std::string result;
  for (std::size_t i = 0; i < n; ++i) result += text;
  return result;
}

/// "╭─ title ───── remark ─╮"; whatever does not fit is left out, the remark first.
std::string top_edge(const Box& box, const Capabilities& capabilities) {
  const Frame& frame = frame_of(capabilities);
  const std::size_t inner = box.width - 2;
  const std::string title = box.title.empty() ? "" : " " + box.title + " ";
  std::string remark = box.remark.empty() ? "" : " " + box.remark + " ";
  if (cell_width(title) + cell_width(remark) + 3 > inner) remark.clear();
  const std::string kept = clipped(title, inner > 2 ? inner - 2 : 0);
  const std::size_t used = 1 + cell_width(kept) + cell_width(remark) + (remark.empty() ? 0 : 1);
  const auto edge = [&](std::string_view text) { return styled(Role::meta, text, capabilities); };
  std::string line = edge(std::string(frame.top_left) + std::string(frame.horizontal));
  line += styled(Role::heading, kept, capabilities);
  line += edge(repeated(frame.horizontal, inner > used ? inner - used : 0));
  line += remark;
  if (!remark.empty()) line += edge(frame.horizontal);
  return line + edge(frame.top_right);
}

std::string content_line(std::string_view text, const Box& box, const Capabilities& capabilities) {
  const std::string edge = styled(Role::meta, frame_of(capabilities).vertical, capabilities);
  const std::size_t inner = box.width - 4;
  return edge + " " + padded(ellipsized(text, inner, capabilities), inner) + " " + edge;
}

std::string bottom_edge(const Box& box, const Capabilities& capabilities) {
  const Frame& frame = frame_of(capabilities);
  return styled(Role::meta,
                std::string(frame.bottom_left) + repeated(frame.horizontal, box.width - 2) +
                    std::string(frame.bottom_right),
                capabilities);
}

/// Cuts `word` into pieces of at most `width` cells, all but the last onto lines of their own.
std::string cut_long_word(std::string word, std::size_t width, Lines& lines) {
  while (cell_width(word) > width) {
    const std::string piece = clipped(word, width);
    if (piece.empty()) break;
    lines.push_back(piece);
    word.erase(0, piece.size());
  }
  return word;
}

}  // namespace

std::string join_lines(const Lines& lines, const Capabilities& capabilities) {
  std::string text;
  for (const std::string& line : lines) {
    text += capabilities.terminal ? ellipsized(line, capabilities.columns, capabilities) : line;
    text += '\n';
  }
  return text;
}

Lines wrapped(std::string_view text, std::size_t width) {
  Lines lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (!line.empty() && cell_width(line) + 1 + cell_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    line = cut_long_word(std::move(line), width, lines);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

Lines flowed(const std::vector<std::string>& parts, std::size_t width) {
  constexpr std::size_t kGap = 3;
  Lines lines;
  for (const std::string& part : parts) {
    const bool fits = !lines.empty() && cell_width(lines.back()) + kGap + cell_width(part) <= width;
    if (fits) {
      lines.back() += std::string(kGap, ' ') + part;
    } else {
      append(lines, wrapped(part, width));
    }
  }
  return lines;
}

Lines boxed(const Lines& lines, const Box& box, const Capabilities& capabilities) {
  constexpr std::size_t kNarrowest = 6;  // two edges, two spaces, something between them
  if (box.width < kNarrowest) return lines;
  Lines result = {top_edge(box, capabilities)};
  for (const std::string& line : lines) result.push_back(content_line(line, box, capabilities));
  while (result.size() + 1 < box.min_height) {
    result.push_back(content_line("", box, capabilities));
  }
  result.push_back(bottom_edge(box, capabilities));
  return result;
}

Lines beside(const Lines& left, const Lines& right, std::size_t gap) {
  std::size_t width = 0;
  for (const std::string& line : left) width = std::max(width, cell_width(line));
  Lines result;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    std::string line = i < left.size() ? left[i] : "";
    if (i < right.size()) line = padded(line, width + gap) + right[i];
    result.push_back(std::move(line));
  }
  return result;
}

void append(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

}  // namespace mlops::render
