// Numbers as people write them in tables: signs, decimal point or comma, exponents, thousands
// groups. The one place where text becomes a double, for files and for requests.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
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

/// Bytes that `scan_padded_number` may read beyond the number.
inline constexpr std::size_t kNumberPadding = 32;

/// The same as scan_number, faster where a number has at most 8 digits on either side of its
/// point and no exponent. Requires: kNumberPadding readable bytes at `end`, whatever they are, and
/// a byte at end[-1] that belongs to no number.
[[nodiscard]] NumberScan scan_padded_number(const char* begin, const char* end,
                                            char decimal) noexcept;

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

namespace number_text_detail {

static_assert(std::endian::native == std::endian::little);

/// Powers of ten that a double holds exactly.
inline constexpr std::array<double, 23> kPowersOfTen = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr std::array<std::uint64_t, 9> kWholePowers = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/// Up to 8 digits at the front of 8 bytes, without a branch on their number.
struct DigitRun {
  unsigned n = 0;
  std::uint64_t value = 0;
};

/// Source: Lemire, "Number parsing at a gigabyte per second", 2021, section 3 (eight digits by
/// three multiplications), on the digits shifted behind leading zeros.
inline DigitRun digit_run(const char* p) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, p, 8);
  const std::uint64_t not_digit =
      ((word + 0x4646464646464646) | (word - 0x3030303030303030)) & 0x8080808080808080;
  const auto n = static_cast<unsigned>(std::countr_zero(not_digit)) / 8;
  // Two shifts, because one by 64 is undefined.
  std::uint64_t digits = (word - 0x3030303030303030) << (4 * (8 - n)) << (4 * (8 - n));
  digits = digits * 10 + (digits >> 8);
  const std::uint64_t value = ((digits & 0x000000FF000000FF) * 0x000F424000000064 +
                               ((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >>
                              32;
  return {n, value & 0xFFFFFFFF};
}

}  // namespace number_text_detail

inline NumberScan scan_padded_number(const char* begin, const char* end, char decimal) noexcept {
  using namespace number_text_detail;
  const bool negative = *begin == '-';
  const char* p = begin + (negative ? 1 : 0);
  const DigitRun whole = digit_run(p);
  const char* const first = p;
  p += whole.n;
  DigitRun fraction;
  const bool has_point = *p == decimal;
  if (has_point) {
    fraction = digit_run(p + 1);
    p += 1 + fraction.n;
  }
  const bool simple =
      whole.n + fraction.n > 0 && whole.n < 8 && fraction.n < 8 && (*p | 0x20) != 'e';
  if (!simple) return scan_number(begin, end, decimal);
  const double mantissa =
      static_cast<double>(whole.value * kWholePowers[fraction.n] + fraction.value);
  const double value = mantissa / kPowersOfTen[fraction.n];
  return {p, negative ? -value : value, !has_point && whole.n > 1 && *first == '0'};
}

}  // namespace mlops::data
