#include "render/frame.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/cells.hpp"

namespace mlops::render {
namespace {

constexpr const char* kBegin = "\x1b[?2026h";
constexpr const char* kEnd = "\x1b[?2026l";
constexpr const char* kHome = "\x1b[H";
constexpr const char* kEraseToLineEnd = "\x1b[K";
constexpr const char* kEraseBelow = "\x1b[J";

std::string whole_frame(const Lines& lines) {
  std::string bytes = kHome;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) bytes += "\r\n";
    bytes += lines[i];
    bytes += kEraseToLineEnd;
  }
  return bytes + kEraseBelow;
}

std::string changed_lines(const Lines& lines, const Lines& shown) {
  std::string bytes;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] == shown[i]) continue;
    bytes += fmt::format("\x1b[{};1H", i + 1) + lines[i] + kEraseToLineEnd;
  }
  return bytes;
}

std::size_t n_changed(const Lines& lines, const Lines& shown) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) n += lines[i] == shown[i] ? 0U : 1U;
  return n;
}

}  // namespace

std::string FramePainter::paint(const Lines& lines, const Capabilities& capabilities) {
  Lines frame(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                 lines.size(), capabilities.rows)));
  for (std::string& line : frame) line = clipped(line, capabilities.columns);
  const bool same_shape = columns_ == capabilities.columns && rows_ == capabilities.rows &&
                          shown_.size() == frame.size();
  const bool few_changes = same_shape && 2 * n_changed(frame, shown_) < frame.size();
  const std::string body = few_changes ? changed_lines(frame, shown_) : whole_frame(frame);
  shown_ = std::move(frame);
  columns_ = capabilities.columns;
  rows_ = capabilities.rows;
  return body.empty() ? body : kBegin + body + kEnd;
}

void FramePainter::forget() {
  columns_ = 0;
}

Scrolled scrolled(const Lines& lines, std::size_t first, const std::string& footer,
                  const Capabilities& capabilities) {
  const std::size_t room = capabilities.rows > 1 ? capabilities.rows - 1 : 0;
  const std::size_t last_first = lines.size() > room ? lines.size() - room : 0;
  Scrolled result{.first = std::min(first, last_first)};
  for (std::size_t i = 0; i < room; ++i) {
    const std::size_t line = result.first + i;
    result.lines.push_back(line < lines.size() ? lines[line] : "");
  }
  result.lines.push_back(footer);
  return result;
}

}  // namespace mlops::render
