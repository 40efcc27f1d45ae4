#include "render/cells.hpp"

#include <clocale>
#include <cwchar>

#include "render/style.hpp"

namespace mlops::render {
namespace {

constexpr char kEscape = '\x1b';
constexpr char32_t kMalformed = 0xFFFFFFFF;

struct Glyph {
  char32_t code = 0;
  std::size_t n_bytes = 1;
};

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool is_encodable(char32_t code, std::size_t n_bytes) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code >= kSmallest[n_bytes] && code <= 0x10FFFF && !surrogate;
}

/// The first character of a text that isn't empty. Source: RFC 3629, section 3.
Glyph first_glyph(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t n_bytes = sequence_length(lead);
  if (n_bytes == 0 || n_bytes > text.size()) return {kMalformed, 1};
  constexpr unsigned kLeadMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = lead & kLeadMask[n_bytes];
  for (std::size_t i = 1; i < n_bytes; ++i) {
    if (!is_continuation(text[i])) return {kMalformed, 1};
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  if (!is_encodable(code, n_bytes)) return {kMalformed, 1};
  return {code, n_bytes};
}

/// wcwidth reads the thread's locale; C.UTF-8 is part of glibc, so the answer is the same
/// whatever the user's locale is.
class Utf8LocaleScope {
 public:
  Utf8LocaleScope() : previous_(::uselocale(utf8())) {}
  Utf8LocaleScope(const Utf8LocaleScope&) = delete;
  Utf8LocaleScope& operator=(const Utf8LocaleScope&) = delete;
  ~Utf8LocaleScope() { ::uselocale(previous_); }

 private:
  static locale_t utf8() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  locale_t previous_;
};

std::size_t glyph_width(char32_t code) {
  if (code == kMalformed) return 1;
  if (code < 0x7F) return code < 0x20 ? 0 : 1;
  const Utf8LocaleScope scope;
  const int width = ::wcwidth(static_cast<wchar_t>(code));
  return width < 0 ? 0 : static_cast<std::size_t>(width);
}

/// Bytes of the escape sequence at the front: ESC [ parameters final (ECMA-48, section 5.4).
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[1] != '[') return 1;
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[i] >= '@' && text[i] <= '~') return i + 1;
  }
  return text.size();
}

/// The last cells of `text`, at most `width`. Requires text without escape sequences.
std::string_view last_cells(std::string_view text, std::size_t width) {
  std::size_t total = cell_width(text);
  while (total > width) {
    const Glyph glyph = first_glyph(text);
    total -= glyph_width(glyph.code);
    text.remove_prefix(glyph.n_bytes);
  }
  return text;
}

}  // namespace

std::size_t cell_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      text.remove_prefix(escape_length(text));
      continue;
    }
    const Glyph glyph = first_glyph(text);
    width += glyph_width(glyph.code);
    text.remove_prefix(glyph.n_bytes);
  }
  return width;
}

std::string padded(std::string_view text, std::size_t width, Align align) {
  const std::size_t own = cell_width(text);
  const std::string space(width > own ? width - own : 0, ' ');
  return align == Align::left ? std::string(text) + space : space + std::string(text);
}

std::string clipped(std::string_view text, std::size_t width) {
  std::string result;
  std::size_t used = 0;
  bool styled_now = false;
  while (!text.empty()) {
    const bool is_escape = text.front() == kEscape;
    const Glyph glyph = is_escape ? Glyph{0, escape_length(text)} : first_glyph(text);
    const std::size_t own = is_escape ? 0 : glyph_width(glyph.code);
    if (used + own > width) break;
    const std::string_view bytes = text.substr(0, glyph.n_bytes);
    if (is_escape) styled_now = bytes != "\x1b[0m";
    result += bytes;
    used += own;
    text.remove_prefix(glyph.n_bytes);
  }
  if (styled_now) result += "\x1b[0m";
  return result;
}

std::string ellipsized(std::string_view text, std::size_t width, const Capabilities& capabilities) {
  if (cell_width(text) <= width) return std::string(text);
  const std::string_view ellipsis = glyphs(capabilities).ellipsis;
  const std::size_t mark = cell_width(ellipsis);
  if (width <= mark) return clipped(text, width);
  return clipped(text, width - mark) + std::string(ellipsis);
}

std::string shortened(std::string_view text, std::size_t width, const Capabilities& capabilities) {
  if (cell_width(text) <= width) return std::string(text);
  const std::string_view ellipsis = glyphs(capabilities).ellipsis;
  const std::size_t mark = cell_width(ellipsis);
  if (width <= mark + 1) return clipped(text, width);
  const std::size_t kept = width - mark;
  const std::size_t tail = kept / 2;
  return clipped(text, kept - tail) + std::string(ellipsis) + std::string(last_cells(text, tail));
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    const bool is_control = glyph.code < 0x20 || (glyph.code >= 0x7F && glyph.code < 0xA0);
    if (glyph.code == kMalformed || is_control) {
      result += '?';
    } else {
      result += text.substr(0, glyph.n_bytes);
    }
    text.remove_prefix(glyph.n_bytes);
  }
  return result;
}

}  // namespace mlops::render
