// Writing JSON by appending, for the answers that have to be fast.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mlops::serve::codec {

/// Appends `text` quoted and escaped. Bytes that are not UTF-8 become U+FFFD.
void append_string(std::string& out, std::string_view text);

/// Appends the shortest decimal that reads back as `value`; null for NaN and the infinities.
void append_number(std::string& out, double value);
void append_integer(std::string& out, std::int64_t value);

/// `text` quoted and escaped.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace mlops::serve::codec
