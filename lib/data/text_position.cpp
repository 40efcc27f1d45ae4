#include "data/text_position.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mlops::data {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
constexpr std::size_t kShownBytes = 60;

/// Counts line ends; a CR counts when the next byte, possibly in the next block, is no LF.
class LineCounter {
 public:
  void add(char c) noexcept {
    if (c == '\n' || previous_ == '\r') ++n_;
    previous_ = c;
  }
  [[nodiscard]] std::uint64_t ended() const noexcept { return n_; }
  [[nodiscard]] char previous() const noexcept { return previous_; }

 private:
  std::uint64_t n_ = 0;
  char previous_ = '\0';
};

template <typename Visit>
void for_each_byte(const ByteSource& source, std::uint64_t begin, std::uint64_t end, Visit visit) {
  for (std::uint64_t offset = begin; offset < end;) {
    const std::string block =
        source.copy(offset, std::min<std::uint64_t>(kBlockBytes, end - offset));
    for (const char c : block) {
      if (!visit(c, offset)) return;
      ++offset;
    }
    if (block.empty()) return;
  }
}

}  // namespace

std::uint64_t line_of(const ByteSource& source, std::uint64_t offset) {
  LineCounter lines;
  const std::uint64_t end = std::min(source.size(), offset + 1);
  for_each_byte(source, 0, end, [&](char c, std::uint64_t at) {
    // The byte itself ends no line for itself, but a CR before it may end one.
    if (at < offset || c != '\n') lines.add(c);
    return true;
  });
  return lines.ended() + 1;
}

std::uint64_t offset_after_lines(const ByteSource& source, std::uint64_t begin, std::uint64_t n) {
  if (n == 0) return begin;
  std::uint64_t n_ended = 0;
  std::uint64_t result = source.size();
  char previous = '\0';
  for_each_byte(source, begin, source.size(), [&](char c, std::uint64_t at) {
    const bool inside_crlf = previous == '\r' && c == '\n';
    if (n_ended == n && !inside_crlf) {
      result = at;
      return false;
    }
    if ((c == '\n' && !inside_crlf) || c == '\r') ++n_ended;
    previous = c;
    return true;
  });
  return result;
}

std::string grouped(std::uint64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string counted(std::uint64_t n, const std::string& singular) {
  return fmt::format("{} {}{}", grouped(n), singular, n == 1 ? "" : "s");
}

std::string shown(std::string_view text) {
  std::string result(text.substr(0, kShownBytes));
  if (text.size() > kShownBytes) {
    while (!result.empty() && (static_cast<unsigned char>(result.back()) & 0xC0) == 0x80) {
      result.pop_back();
    }
    if (!result.empty() && static_cast<unsigned char>(result.back()) >= 0xC0) result.pop_back();
    result += "...";
  }
  std::replace_if(
      result.begin(), result.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; },
      ' ');
  return result;
}

}  // namespace mlops::data
