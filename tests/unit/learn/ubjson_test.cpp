#include "learn/xgboost/ubjson.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"

using mlops::Error;
using mlops::learn::xgboost::UbjsonReader;

namespace {

using namespace std::string_literals;

}  // namespace

TEST_SUITE("learn/ubjson") {
  TEST_CASE("numbers are read big-endian from typed and untyped arrays") {
    const auto typed = "[$d#L\0\0\0\0\0\0\0\x02\x3f\x80\0\0\xbf\x80\0\0"s;
    UbjsonReader floats(typed);
    CHECK(floats.floats() == std::vector<float>{1.0F, -1.0F});
    const auto untyped = "[#L\0\0\0\0\0\0\0\x03i\x05U\xffl\xff\xff\xff\xff"s;
    UbjsonReader integers(untyped);
    CHECK(integers.integers() == std::vector<std::int64_t>{5, 255, -1});
  }

  TEST_CASE("members can be read or passed over") {
    const auto document = "{i\x01"s + "aSi\x02hi" + "i\x01"s + "b{i\x01" + "ci\x07}" + "i\x01"s +
                          "d[$U#i\x02\x01\x02" + "i\x01"s + "eSi\x03" + "end}";
    UbjsonReader reader(document);
    reader.enter_object();
    CHECK(reader.next_key() == "a");
    CHECK(reader.text() == "hi");
    CHECK(reader.next_key() == "b");
    reader.skip();
    CHECK(reader.next_key() == "d");
    reader.skip();
    CHECK(reader.next_key() == "e");
    CHECK(reader.text() == "end");
    CHECK(reader.next_key().empty());
  }

  TEST_CASE("bytes that end early or are of another type are refused") {
    const std::string cases[] = {"", "[", "[$d#L\0\0\0\0\0\0\0\x02\x3f"s, "[#i\x7f", "{"};
    for (const auto& bytes : cases) {
      CAPTURE(bytes);
      UbjsonReader reader(bytes);
      CHECK_THROWS_AS((void)reader.floats(), Error);
    }
    UbjsonReader text("i\x05");
    CHECK_THROWS_AS((void)text.text(), Error);
  }
}
