// Bytes to UTF-8: byte-order marks, UTF-16, and Latin-1 as Windows writes it (code page 1252).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::data {

/// What the first bytes say. `utf_8` is assumed when they say nothing.
enum class Encoding { utf_8, utf_8_bom, latin_1, utf_16le, utf_16be };

/// The names that a Dialect reports: "utf-8", "utf-8-bom", "latin-1", "utf-16le", "utf-16be".
std::string_view to_string(Encoding encoding) noexcept;
std::optional<Encoding> parse_encoding(std::string_view text) noexcept;

/// By byte-order mark, or by the zero bytes that UTF-16 has in every other place.
[[nodiscard]] Encoding detect_encoding(std::string_view head) noexcept;

/// Offset of the first byte that is not UTF-8 (as RFC 3629 defines it); nothing when all is.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept;

/// UTF-16 without its byte-order mark to UTF-8; unpaired surrogates become U+FFFD.
[[nodiscard]] std::string decode_utf16(std::string_view bytes, Encoding encoding);

/// Code page 1252 to UTF-8; a byte that has no character there is taken as Latin-1 has it.
[[nodiscard]] std::string decode_latin1(std::string_view bytes);

/// Bytes that are not UTF-8 throughout, made so.
struct Repaired {
  std::string text;
  Encoding encoding = Encoding::latin_1;
  std::uint64_t n_replaced = 0;     ///< bytes that became U+FFFD; 0 when decoded as Latin-1
  std::uint64_t first_invalid = 0;  ///< offset of the first byte that is not UTF-8
};

/// Decides between Latin-1 and damaged UTF-8. It is Latin-1 when the bytes beyond ASCII are mostly
/// not UTF-8 sequences and all are characters of code page 1252; otherwise each invalid byte
/// becomes U+FFFD. Requires: `bytes` is not valid UTF-8.
[[nodiscard]] Repaired repair_utf8(std::string_view bytes);

/// Each invalid byte becomes U+FFFD: for bytes that the caller says are UTF-8. Requires: `bytes` is
/// not valid UTF-8.
[[nodiscard]] Repaired replace_invalid_utf8(std::string_view bytes);

}  // namespace mlops::data
