#include "data/number_text.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <string>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// scan_padded_number of a text in the middle of a record.
NumberScan scan_in_record(const std::string& text, char decimal = '.') {
  const std::string padded = text + ";\n" + std::string(kNumberPadding, '7');
  NumberScan scan = scan_padded_number(padded.data(), padded.data() + text.size() + 2, decimal);
  if (scan.end != nullptr && scan.end != padded.data() + text.size()) scan.end = nullptr;
  return scan;
}

}  // namespace

TEST_SUITE("data/number_text") {
  TEST_CASE("a text is a number or it is not") {
    struct Case {
      const char* text;
      std::optional<double> value;
    };
    const Case cases[] = {
        {"0", 0},
        {"7", 7},
        {"-12", -12},
        {"+.5", 0.5},
        {"5.", 5},
        {".5e-3", 0.0005},
        {"1E5", 1e5},
        {"1e+05", 1e5},
        {"00012", 12},
        {"82544000000000707.52", 82544000000000707.52},
        {"0.1", 0.1},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"1e-400", 0},
        {"9007199254740993", 9007199254740993.0},
        {"-0", -0.0},
        {"", {}},
        {"-", {}},
        {"+", {}},
        {".", {}},
        {"e5", {}},
        {"1e", {}},
        {"1e+", {}},
        {"1.2.3", {}},
        {"1,5", {}},
        {"12a", {}},
        {"a12", {}},
        {"1 2", {}},
        {" 1", {}},
        {"0x10", {}},
        {"nan", {}},
        {"NaN", {}},
        {"inf", {}},
        {"-Infinity", {}},
        {"--1", {}},
        {"1-", {}},
        {"95%", {}},
        {"$4.00", {}},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      const auto value = parse_number(c.text);
      CHECK(value.has_value() == c.value.has_value());
      if (value && c.value) CHECK(same_bits(*value, *c.value));
    }
    CHECK(std::isinf(parse_number("1e999").value()));
    CHECK(parse_number("-1e999").value() < 0);
  }

  TEST_CASE("groups and decimal commas are read by the format, and only complete groups") {
    struct Case {
      const char* text;
      NumberFormat format;
      std::optional<double> value;
    };
    const Case cases[] = {
        {"1,5", {',', '\0'}, 1.5},
        {"-1,53e4", {',', '\0'}, -15300},
        {"1.5", {',', '\0'}, {}},
        {"100,000.00", {'.', ','}, 100000},
        {"300,000,000.40", {'.', ','}, 300000000.4},
        {"9999999999.20", {'.', ','}, 9999999999.2},
        {"-1,234", {'.', ','}, -1234},
        {"50", {'.', ','}, 50},
        {"1234,567", {'.', ','}, {}},
        {"12,34", {'.', ','}, {}},
        {"1,23,456", {'.', ','}, {}},
        {",123", {'.', ','}, {}},
        {"0,123", {'.', ','}, {}},
        {"1,234,", {'.', ','}, {}},
        {"1.234,5", {',', '.'}, 1234.5},
        {"1 234 567", {'.', ' '}, 1234567},
        {"1'234.5", {'.', '\''}, 1234.5},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CHECK(parse_number(c.text, c.format) == c.value);
    }
    CHECK_FALSE(parse_number(std::string(500, '1') + ",5", {',', '\0'}));
    CHECK(parse_number(std::string(300, '1')).has_value());
  }

  TEST_CASE("both ways of scanning give the bits of the C library for every kind of number") {
    Random random(1);
    for (int i = 0; i < 20000; ++i) {
      std::string text = random.below(3) == 0 ? "-" : "";
      const auto n_whole = random.below(i % 7 == 0 ? 25 : 10);
      for (std::uint64_t k = 0; k < n_whole; ++k) text += static_cast<char>('0' + random.below(10));
      if (random.below(3) != 0) {
        text += '.';
        const auto n_fraction = random.below(i % 5 == 0 ? 25 : 10);
        for (std::uint64_t k = 0; k < n_fraction; ++k) {
          text += static_cast<char>('0' + random.below(10));
        }
      }
      if (random.below(8) == 0)
        text += fmt::format("e{}", static_cast<int>(random.below(640)) - 320);
      const auto parsed = parse_number(text);
      const NumberScan scanned = scan_in_record(text);
      CAPTURE(text);
      CHECK(parsed.has_value() == (scanned.end != nullptr));
      if (!parsed) continue;
      const double expected = std::strtod(text.c_str(), nullptr);
      CHECK(same_bits(*parsed, expected));
      CHECK(same_bits(scanned.value, expected));
      CHECK(scanned.leading_zero == has_leading_zero(text));
    }
  }

  TEST_CASE("the decimal mark of a scan can be a comma") {
    CHECK(scan_in_record("1,25", ',').value == 1.25);
    CHECK(scan_in_record("-1234567,5", ',').value == -1234567.5);
    CHECK(scan_in_record("12345678901,5", ',').value == 12345678901.5);
    CHECK(scan_in_record("1.25", ',').end == nullptr);
  }

  TEST_CASE("leading zeros are told for whole numbers only") {
    for (const char* text : {"007", "00", "-01", "+09001"}) {
      CAPTURE(text);
      CHECK(has_leading_zero(text));
    }
    for (const char* text : {"0", "0.5", "10", "-0", "00.5", "0e1", "", "a"}) {
      CAPTURE(text);
      CHECK_FALSE(has_leading_zero(text));
    }
  }

  TEST_CASE("infinities are words") {
    for (const char* text : {"inf", "INF", "-inf", "+Infinity", "-INFINITY"}) {
      CAPTURE(text);
      CHECK(is_infinity_word(text));
    }
    for (const char* text : {"", "in", "info", "infinit", "infinity!", "1", "-"}) {
      CAPTURE(text);
      CHECK_FALSE(is_infinity_word(text));
    }
  }

  TEST_CASE("numbers are written as people do, and read back to the same bits") {
    CHECK(number_as_text(100000) == "100000");
    CHECK(number_as_text(-3) == "-3");
    CHECK(number_as_text(0.1) == "0.1");
    CHECK(number_as_text(1e15) == "1e+15");
    CHECK(number_as_text(123456789012345) == "123456789012345");
    CHECK(number_as_text(std::nan("")).empty());
    Random random(2);
    for (int i = 0; i < 2000; ++i) {
      const double value = std::ldexp(random.normal(), static_cast<int>(random.below(200)) - 100);
      CAPTURE(value);
      CHECK(same_bits(parse_number(number_as_text(value)).value(), value));
    }
  }

  TEST_CASE("blanks are trimmed at both ends") {
    CHECK(trimmed(" \t a b \t") == "a b");
    CHECK(trimmed("  ").empty());
    CHECK(trimmed("").empty());
    CHECK(trimmed("x") == "x");
  }
}
