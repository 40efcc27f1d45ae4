#include "data/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace mlops::data {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Code points of bytes 0x80..0x9F; 0 where the code page has none.
/// Source: Microsoft code page 1252 as published by the Unicode consortium (CP1252.TXT).
constexpr std::array<char32_t, 32> kCodePage1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t bits) { text += static_cast<char>(bits); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// Length of the well-formed sequence at `i`, or 0. Source: The Unicode Standard, table 3-7.
std::size_t sequence_length(std::string_view text, std::size_t i) noexcept {
  const unsigned char lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (i + length > text.size()) return 0;
  const unsigned char second = byte_at(text, i + 1);
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xC0) != 0x80) return 0;
  }
  return length;
}

/// A character of code page 1252 beyond ASCII that text has; 0xFF alone is far more often damage.
bool is_latin1_letter(unsigned char byte) noexcept {
  return byte != 0xFF && (byte >= 0xA0 || kCodePage1252[byte - 0x80] != 0);
}

struct Census {
  std::uint64_t n_sequences = 0;
  std::uint64_t n_invalid = 0;
  bool all_latin1 = true;
};

Census count_bytes_beyond_ascii(std::string_view bytes) {
  Census census;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = sequence_length(bytes, i);
    if (length > 1) ++census.n_sequences;
    if (length == 0) {
      ++census.n_invalid;
      census.all_latin1 = census.all_latin1 && is_latin1_letter(byte_at(bytes, i));
    }
    i += std::max<std::size_t>(length, 1);
  }
  return census;
}

std::string replace_invalid(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + 16);
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = sequence_length(bytes, i);
    if (length == 0) {
      append_utf8(text, kReplacement);
    } else {
      text += bytes.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return text;
}

}  // namespace

std::string_view to_string(Encoding encoding) noexcept {
  switch (encoding) {
    case Encoding::utf_8:
      return "utf-8";
    case Encoding::utf_8_bom:
      return "utf-8-bom";
    case Encoding::latin_1:
      return "latin-1";
    case Encoding::utf_16le:
      return "utf-16le";
    case Encoding::utf_16be:
      return "utf-16be";
  }
  return "";
}

std::optional<Encoding> parse_encoding(std::string_view text) noexcept {
  for (const Encoding encoding : {Encoding::utf_8, Encoding::utf_8_bom, Encoding::latin_1,
                                  Encoding::utf_16le, Encoding::utf_16be}) {
    if (to_string(encoding) == text) return encoding;
  }
  return std::nullopt;
}

Encoding detect_encoding(std::string_view head) noexcept {
  if (head.starts_with("\xEF\xBB\xBF")) return Encoding::utf_8_bom;
  if (head.starts_with("\xFF\xFE")) return Encoding::utf_16le;
  if (head.starts_with("\xFE\xFF")) return Encoding::utf_16be;
  std::array<std::size_t, 2> n_zeros{};
  for (std::size_t i = 0; i < head.size(); ++i) n_zeros[i % 2] += head[i] == '\0' ? 1u : 0u;
  // Western text in UTF-16 has a zero in nearly every other byte; stray NUL bytes do not.
  const std::size_t many = head.size() * 2 / 5;
  if (head.size() >= 4 && n_zeros[1] >= many && n_zeros[0] == 0) return Encoding::utf_16le;
  if (head.size() >= 4 && n_zeros[0] >= many && n_zeros[1] == 0) return Encoding::utf_16be;
  return Encoding::utf_8;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size()) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, 8);
      if ((word & 0x8080808080808080) == 0) {
        i += 8;
        continue;
      }
    }
    const std::size_t length = sequence_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

std::string decode_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool special = byte >= 0x80 && byte < 0xA0 && kCodePage1252[byte - 0x80] != 0;
    append_utf8(text, special ? kCodePage1252[byte - 0x80] : char32_t{byte});
  }
  return text;
}

std::string decode_utf16(std::string_view bytes, Encoding encoding) {
  const std::size_t high = encoding == Encoding::utf_16be ? 0 : 1;
  const auto unit = [&](std::size_t i) -> char32_t {
    return char32_t{byte_at(bytes, i + high)} << 8 | byte_at(bytes, i + 1 - high);
  };
  std::string text;
  text.reserve(bytes.size() / 2 + 16);
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    const bool pair = c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 &&
                      unit(i + 2) < 0xE000;
    if (pair) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (c >= 0xD800 && c < 0xE000) {
      c = kReplacement;
    }
    append_utf8(text, c);
  }
  if (i < bytes.size()) append_utf8(text, kReplacement);
  return text;
}

Repaired repair_utf8(std::string_view bytes) {
  const Census census = count_bytes_beyond_ascii(bytes);
  if (!census.all_latin1 || census.n_invalid <= census.n_sequences)
    return replace_invalid_utf8(bytes);
  return {.text = decode_latin1(bytes),
          .encoding = Encoding::latin_1,
          .first_invalid = first_invalid_utf8(bytes).value_or(0)};
}

Repaired replace_invalid_utf8(std::string_view bytes) {
  return {.text = replace_invalid(bytes),
          .encoding = Encoding::utf_8,
          .n_replaced = count_bytes_beyond_ascii(bytes).n_invalid,
          .first_invalid = first_invalid_utf8(bytes).value_or(0)};
}

}  // namespace mlops::data
