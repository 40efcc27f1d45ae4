#include "data/number_text.hpp"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/json.hpp"

namespace mlops::data {
namespace {

using number_text_detail::kPowersOfTen;

constexpr std::uint64_t kExactMantissa = std::uint64_t{1} << 53;
constexpr std::ptrdiff_t kSafeDigits = 19;  // fit into 64 bits whatever they are
constexpr std::size_t kLongestNumber = 400;

bool is_digit(char c) noexcept {
  return static_cast<unsigned char>(c - '0') < 10;
}

const char* scan_digits(const char* p, const char* end, std::uint64_t& mantissa) noexcept {
  while (p != end && is_digit(*p)) mantissa = mantissa * 10 + static_cast<unsigned>(*p++ - '0');
  return p;
}

/// The end of an exponent at `p`, or `p` when there is none.
const char* exponent_end(const char* p, const char* end) noexcept {
  if (p == end || (*p | 0x20) != 'e') return p;
  const char* q = p + 1;
  if (q != end && (*q == '+' || *q == '-')) ++q;
  if (q == end || !is_digit(*q)) return p;
  while (q != end && is_digit(*q)) ++q;
  return q;
}

/// The exact way for what the fast way cannot do: many digits, exponents, decimal commas.
double convert_slowly(const char* begin, const char* end, char decimal) noexcept {
  std::array<char, kLongestNumber> buffer;
  const auto length = static_cast<std::size_t>(end - begin);
  if (decimal != '.') {
    if (length > buffer.size()) return std::numeric_limits<double>::quiet_NaN();
    std::replace_copy(begin, end, buffer.begin(), decimal, '.');
    begin = buffer.data();
    end = begin + length;
  }
  double value = 0;
  // fast_float 3.9 reports no overflow: it returns the infinity, which is what we promise.
  fast_float::from_chars(begin, end, value);
  return value;
}

std::optional<double> parse_plain(std::string_view text, char decimal) noexcept {
  const NumberScan scan = scan_number(text.data(), text.data() + text.size(), decimal);
  if (scan.end != text.data() + text.size() || text.empty()) return std::nullopt;
  return scan.value;
}

/// Copies `text` without its complete groups of three; nothing when a group is incomplete.
std::optional<std::size_t> remove_groups(std::string_view text, NumberFormat format,
                                         std::array<char, kLongestNumber>& buffer) noexcept {
  if (text.size() > buffer.size()) return std::nullopt;
  std::size_t n = 0;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) buffer[n++] = text[i++];
  std::size_t digits = 0;
  bool grouped = false;
  for (; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      buffer[n++] = text[i];
      ++digits;
    } else if (text[i] == format.thousands && digits > 0) {
      if (grouped ? digits != 3 : digits > 3) return std::nullopt;
      grouped = true;
      digits = 0;
    } else {
      break;
    }
  }
  const std::size_t first = n > 0 && !is_digit(buffer[0]) ? 1 : 0;
  if (grouped && (digits != 3 || buffer[first] == '0')) return std::nullopt;
  std::copy(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), buffer.begin() + n);
  return n + text.size() - i;
}

}  // namespace

NumberScan scan_number(const char* begin, const char* end, char decimal) noexcept {
  const char* p = begin;
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  const char* const number = p;
  std::uint64_t mantissa = 0;
  const char* const whole_end = p = scan_digits(p, end, mantissa);
  const char* fraction_end = whole_end;
  if (p != end && *p == decimal) fraction_end = p = scan_digits(p + 1, end, mantissa);
  const std::ptrdiff_t n_fraction = fraction_end == whole_end ? 0 : fraction_end - whole_end - 1;
  const std::ptrdiff_t n_digits = (whole_end - number) + n_fraction;
  if (n_digits == 0) return {};
  const char* const stop = exponent_end(p, end);
  const bool leading_zero = stop == whole_end && whole_end - number > 1 && *number == '0';
  double value = 0;
  if (stop == p && n_digits <= kSafeDigits && mantissa <= kExactMantissa && n_fraction <= 22) {
    // Both operands are exact, so the one division rounds correctly. Source: Clinger, "How to read
    // floating point numbers accurately", 1990, section on the fast path.
    value = static_cast<double>(mantissa) / kPowersOfTen[static_cast<std::size_t>(n_fraction)];
  } else {
    value = convert_slowly(number, stop, decimal);
  }
  if (value != value) return {};
  return {stop, negative ? -value : value, leading_zero};
}

std::optional<double> parse_number(std::string_view text, NumberFormat format) noexcept {
  if (const auto plain = parse_plain(text, format.decimal)) return plain;
  if (format.thousands == '\0') return std::nullopt;
  std::array<char, kLongestNumber> buffer;
  const auto length = remove_groups(text, format, buffer);
  if (!length) return std::nullopt;
  return parse_plain({buffer.data(), *length}, format.decimal);
}

bool has_leading_zero(std::string_view text) noexcept {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return text.size() > 1 && text.front() == '0' && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_infinity_word(std::string_view text) noexcept {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  if (text.size() != 3 && text.size() != 8) return false;
  constexpr std::string_view kWord = "infinity";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != kWord[i]) return false;
  }
  return true;
}

std::string number_as_text(double value) {
  if (value != value) return {};
  if (std::fabs(value) < 1e15 && value == std::trunc(value)) {
    return fmt::format("{}", static_cast<std::int64_t>(value));
  }
  return shortest_decimal(value);
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace mlops::data
