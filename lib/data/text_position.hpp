// Where something stands in a file, for people: line numbers and grouped counts.
#pragma once

#include <cstdint>
#include <string>

#include "data/byte_source.hpp"

namespace mlops::data {

/// The line, from 1, that holds the byte at `offset`. CR, LF and CRLF each end a line, inside
/// quotes too: it is the number an editor shows. Reads the file up to there.
[[nodiscard]] std::uint64_t line_of(const ByteSource& source, std::uint64_t offset);

/// Offset of the first byte after `n` lines; the size when there are fewer.
[[nodiscard]] std::uint64_t offset_after_lines(const ByteSource& source, std::uint64_t begin,
                                               std::uint64_t n);

/// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "1 row", "1,234 rows".
[[nodiscard]] std::string counted(std::uint64_t n, const std::string& singular);

/// `text` on one line and cut to 60 bytes (never inside a character), for messages.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace mlops::data
