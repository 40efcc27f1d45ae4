#include "serve/documentation.hpp"

#include <doctest/doctest.h>

#include "serve/route.hpp"
#include "support/golden.hpp"

namespace mlops::serve {

TEST_SUITE("serve/documentation") {
  TEST_CASE("docs/http-api.md is what the route table says") {
    test::check_golden("../../docs/http-api.md", http_api_markdown());
  }

  TEST_CASE("every route says what it does and what it answers") {
    for (const Route& route : routes()) {
      CAPTURE(route.pattern);
      CHECK_FALSE(route.summary.empty());
      CHECK_FALSE(route.answer.empty());
      CHECK_FALSE(route.summary.ends_with('.'));
    }
  }
}

}  // namespace mlops::serve
