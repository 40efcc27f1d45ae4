// Numbers as people write them in tables: signs, decimal point or comma, exponents, thousands
// groups. The one place where text becomes a double, for files and for requests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::data {

/// How the numbers of a column are written.
struct NumberFormat {
  char decimal = '.';
  char thousands = '\0';  ///< '\0' means that nothing groups digits

  friend bool operator==(const NumberFormat&, const NumberFormat&) = default;
};

/// What a scan found at the start of some text.
struct NumberScan {
  const char* end = nullptr;  ///< first byte after the number; nullptr when there is none
  double value = 0;           ///< correctly rounded; an infinity when the text overflows
  bool leading_zero = false;  ///< a whole number written like "007"
};

/// Scans [+-]digits[.digits][e[+-]digits] at `begin`, without blanks and without groups.
/// Requires: begin <= end.
[[nodiscard]] NumberScan scan_number(const char* begin, const char* end, char decimal) noexcept;

/// The number that the whole of `text` is; nothing when it is not one. Thousands groups, where the
/// format has them, must be complete ("1,234", not "12,34"). May be infinite on overflow; the words
/// "inf" and "nan" are not numbers.
[[nodiscard]] std::optional<double> parse_number(std::string_view text,
                                                 NumberFormat format = {}) noexcept;

/// True for a whole number written with a leading zero, such as "007": a code, not an amount.
[[nodiscard]] bool has_leading_zero(std::string_view text) noexcept;

/// True for the words for an infinity ("inf", "-Infinity"), in any case.
[[nodiscard]] bool is_infinity_word(std::string_view text) noexcept;

/// A number as people write it: whole numbers below 1e15 with all their digits, everything else as
/// the shortest decimal that reads back. "" for NaN.
[[nodiscard]] std::string number_as_text(double value);

/// Without blanks (spaces and tabs) at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

}  // namespace mlops::data
