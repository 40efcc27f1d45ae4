#include "base/error.hpp"

#include <doctest/doctest.h>

namespace mlops {

TEST_SUITE("base/error") {
  TEST_CASE("every kind has a name that reads back") {
    for (const ErrorKind kind :
         {ErrorKind::invalid_argument, ErrorKind::invalid_data, ErrorKind::not_found,
          ErrorKind::conflict, ErrorKind::corrupt, ErrorKind::unavailable, ErrorKind::io,
          ErrorKind::interrupted, ErrorKind::internal}) {
      CAPTURE(to_string(kind));
      CHECK(parse_error_kind(to_string(kind)) == kind);
    }
    CHECK_FALSE(parse_error_kind("bad").has_value());
  }

  TEST_CASE("context goes before the sentence and changes nothing else") {
    const Error error(ErrorKind::corrupt, "a.b", "the hash differs", "run fsck");
    const Error outer = error.with_context("churn@3");
    CHECK(std::string(outer.what()) == "churn@3: the hash differs");
    CHECK(outer.kind() == ErrorKind::corrupt);
    CHECK(outer.code() == "a.b");
    CHECK(outer.hint() == "run fsck");
  }
}

}  // namespace mlops
