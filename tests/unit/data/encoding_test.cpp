#include "data/encoding.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "data/gzip.hpp"
#include "data/missing.hpp"

using namespace mlops;
using namespace mlops::data;
using namespace std::string_literals;

namespace {

/// printf 'a,b\n1,2\n' | gzip -n
const std::string kGzipped =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xd4\x49\xe2\x32\xd4\x31\xe2\x02\x00\x7b\x07\x97\x0a\x08\x00\x00\x00"s;

std::string code_of(const std::string& bytes) {
  try {
    (void)gunzip(*borrow_bytes(bytes), "test.csv.gz");
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

}  // namespace

TEST_SUITE("data/encoding") {
  TEST_CASE("the first bytes tell the encoding") {
    struct Case {
      std::string head;
      Encoding encoding;
    };
    const Case cases[] = {
        {"a,b", Encoding::utf_8},
        {"", Encoding::utf_8},
        {"\xEF\xBB\xBF"
         "a",
         Encoding::utf_8_bom},
        {"\xFF\xFE"
         "a\0"s,
         Encoding::utf_16le},
        {"\xFE\xFF\0a"s, Encoding::utf_16be},
        {"a\0,\0b\0"s, Encoding::utf_16le},
        {"\0a\0,\0b"s, Encoding::utf_16be},
        {"a,b\n\0,2,3\n"s, Encoding::utf_8},
    };
    for (const Case& c : cases) {
      CAPTURE(c.head);
      CHECK(detect_encoding(c.head) == c.encoding);
    }
  }

  TEST_CASE("the first byte that is not UTF-8 is found") {
    struct Case {
      std::string text;
      std::optional<std::size_t> offset;
    };
    const Case cases[] = {
        {"plain ascii, longer than a word", {}},
        {"größe €uro 𝄞", {}},
        {"\xC3", 0},
        {"ab\xC3"
         "c",
         2},
        {"12345678\xFF", 8},
        {"\xC0\xAF", 0},          // overlong '/'
        {"\xE0\x80\xAF", 0},      // overlong
        {"\xED\xA0\x80", 0},      // surrogate
        {"\xF4\x90\x80\x80", 0},  // beyond U+10FFFF
        {"\xF0\x9D\x84", 0},      // cut off
        {"\x80", 0},
    };
    for (const Case& c : cases) {
      CAPTURE(c.text);
      CHECK(first_invalid_utf8(c.text) == c.offset);
    }
  }

  TEST_CASE("UTF-16 becomes UTF-8, what is damaged becomes U+FFFD") {
    CHECK(decode_utf16("a\0\xAC\x20\x34\xD8\x1E\xDD"s, Encoding::utf_16le) == "a€𝄞");
    CHECK(decode_utf16("\0a\x20\xAC\xD8\x34\xDD\x1E"s, Encoding::utf_16be) == "a€𝄞");
    CHECK(decode_utf16("\x34\xD8"
                       "a\0"s,
                       Encoding::utf_16le) ==
          "\xEF\xBF\xBD"
          "a");
    CHECK(decode_utf16("a\0b"s, Encoding::utf_16le) == "a\xEF\xBF\xBD");
    CHECK(decode_utf16("", Encoding::utf_16le).empty());
  }

  TEST_CASE("bytes beyond ASCII are Latin-1 or damage, by what surrounds them") {
    const Repaired latin = repair_utf8("Jos\xE9 \x80 na\xEFve");
    CHECK(latin.encoding == Encoding::latin_1);
    CHECK(latin.text == "José € naïve");
    CHECK(latin.first_invalid == 3);

    const Repaired damaged = repair_utf8("größe, größer \xFC");
    CHECK(damaged.encoding == Encoding::utf_8);
    CHECK(damaged.text == "größe, größer \xEF\xBF\xBD");
    CHECK(damaged.n_replaced == 1);

    const Repaired nonsense = repair_utf8("a\xFF\xFF");
    CHECK(nonsense.encoding == Encoding::utf_8);
    CHECK(nonsense.n_replaced == 2);
    for (const Repaired& repaired : {latin, damaged, nonsense}) {
      CHECK_FALSE(first_invalid_utf8(repaired.text));
    }
  }
}

TEST_SUITE("data/gzip") {
  TEST_CASE("one member or several are unpacked, zeros behind them are padding") {
    CHECK(is_gzip(kGzipped));
    CHECK_FALSE(is_gzip("a,b"));
    CHECK(gunzip(*borrow_bytes(kGzipped), "test") == "a,b\n1,2\n");
    CHECK(gunzip(*borrow_bytes(kGzipped + kGzipped), "test") == "a,b\n1,2\na,b\n1,2\n");
    CHECK(gunzip(*borrow_bytes(kGzipped + std::string(100, '\0')), "test") == "a,b\n1,2\n");
  }

  TEST_CASE("cut off or damaged is refused wherever it is") {
    for (std::size_t n = 2; n < kGzipped.size(); ++n) {
      CAPTURE(n);
      CHECK(code_of(kGzipped.substr(0, n)) == "data.gzip_damaged");
    }
    // Bytes 4 to 9 are the time stamp, flags and system, 18 and 19 the end of the packed bits:
    // nothing protects those.
    for (std::size_t i = 10; i < kGzipped.size(); ++i) {
      if (i == 18 || i == 19) continue;
      CAPTURE(i);
      std::string bytes = kGzipped;
      bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
      CHECK(code_of(bytes) == "data.gzip_damaged");
    }
    CHECK(code_of(kGzipped + "tail") == "data.gzip_damaged");
  }
}

TEST_SUITE("data/missing") {
  TEST_CASE("the empty cell and the markers are missing, in any case of letters") {
    const MissingMarkers markers(default_missing_markers());
    for (const char* text : {"", "NA", "na", "N/A", "NaN", "nan", "NULL", "null", "None", "NONE",
                             "?", "-", ".", "#N/A", "<NA>", "\\N"}) {
      CAPTURE(text);
      CHECK(markers.contains(text));
    }
    for (const char* text : {"NAN1", "nil", "0", "--", "..", "no", "none at all", "T"}) {
      CAPTURE(text);
      CHECK_FALSE(markers.contains(text));
    }
    const MissingMarkers own({"-999", "Unknown"});
    CHECK(own.contains("unknown"));
    CHECK(own.contains("-999"));
    CHECK(own.contains(""));
    CHECK_FALSE(own.contains("NA"));
    CHECK_FALSE(MissingMarkers({}).contains("NA"));
  }
}
