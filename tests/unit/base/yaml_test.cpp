#include "base/yaml.hpp"

#include <doctest/doctest.h>

namespace mlops {

TEST_SUITE("base/yaml") {
  TEST_CASE("scalars take the types of the core schema, quoted ones stay text") {
    const Json value = parse_yaml(
        "a: 1\nb: 1.5\nc: true\nd: text\ne: '1'\nf: ~\ng: [1, two]\nh: {i: no}\n", "x.yaml");
    CHECK(dump_json(value) ==
          R"({"a":1,"b":1.5,"c":true,"d":"text","e":"1","f":null,"g":[1,"two"],"h":{"i":"no"}})");
  }

  TEST_CASE("an empty document is an empty object") {
    CHECK(parse_yaml("", "x.yaml") == Json::object());
    CHECK(parse_yaml("# only a comment\n", "x.yaml") == Json::object());
  }

  TEST_CASE("malformed documents name source, line and column") {
    try {
      static_cast<void>(parse_yaml("a: [1\nb: 2\n", "model.yaml"));
      FAIL_CHECK("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid_argument);
      CHECK(std::string(error.what()).starts_with("model.yaml is not valid YAML at line "));
    }
  }
}

}  // namespace mlops
