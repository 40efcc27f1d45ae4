#include "base/json.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace mlops {
namespace {

std::string message_of(const std::string& text) {
  try {
    static_cast<void>(parse_json(text, "x.json"));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_data);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_SUITE("base/json") {
  TEST_CASE("members keep their order and numbers their bits") {
    const Json value = parse_json(R"({"z":1,"a":0.1})", "x.json");
    CHECK(dump_json(value) == R"({"z":1,"a":0.1})");
    for (const double number : {0.1, 1.0 / 3.0, 1e-300, 123456789.123456789}) {
      CAPTURE(number);
      CHECK(parse_json(dump_json(number), "x").get<double>() == number);
      CHECK(std::stod(shortest_decimal(number)) == number);
    }
  }

  TEST_CASE("malformed documents name source, line and column") {
    CHECK(message_of("{\"a\":1,\n  oops}") == "x.json is not valid JSON at line 2, column 3");
    CHECK(message_of("") == "x.json is not valid JSON at line 1, column 1");
  }

  TEST_CASE("numbers that JSON cannot say are null") {
    CHECK(json_number(std::nan("")).is_null());
    CHECK(json_number(INFINITY).is_null());
    CHECK(json_number(2.5) == Json(2.5));
  }

  TEST_CASE("invalid UTF-8 is replaced, never emitted") {
    CHECK(dump_json(Json("a\xff")) == "\"a\xEF\xBF\xBD\"");
  }

  TEST_CASE("typed access names the path of what is wrong") {
    const Json value = parse_json(R"({"metrics":{"auc":"high"},"n":-1})", "m.json");
    const JsonObject root(value, "m.json");
    const auto message = [](auto call) -> std::string {
      try {
        static_cast<void>(call());
      } catch (const Error& error) {
        return error.what();
      }
      return {};
    };
    CHECK(message([&] { return root.object("metrics").number("auc"); }) ==
          "m.json: metrics.auc: expected a number");
    CHECK(message([&] { return root.unsigned_integer("n"); }) ==
          "m.json: n: expected a non-negative integer");
    CHECK(message([&] { return root.text("absent"); }) ==
          "m.json: absent: expected a value, found nothing");
    CHECK(root.integer("n") == -1);
  }
}

}  // namespace mlops
