#include "serve/request.hpp"

#include <doctest/doctest.h>

#include "serve/response.hpp"

using namespace mlops::serve;

TEST_SUITE("serve/request") {
  TEST_CASE("percent-decoding refuses malformed escapes") {
    CHECK(percent_decode("a%20b") == "a b");
    CHECK(percent_decode("%C3%a9") == "\xC3\xA9");
    CHECK(percent_decode("") == "");
    for (const char* bad : {"%", "%2", "%zz", "a%G0", "%%20"}) {
      CAPTURE(bad);
      CHECK_FALSE(percent_decode(bad).has_value());
    }
  }

  TEST_CASE("query parameters are found by decoded name, the first one wins") {
    Request request;
    request.query = "range=6h&na%6De=a+b%2Bc&empty=&flag&range=1h";
    CHECK(request.query_parameter("range") == "6h");
    CHECK(request.query_parameter("name") == "a b+c");
    CHECK(request.query_parameter("empty") == "");
    CHECK(request.query_parameter("flag") == "");
    CHECK_FALSE(request.query_parameter("other").has_value());
  }

  TEST_CASE("media types lose parameters and case") {
    CHECK(media_type("Text/CSV; charset=utf-8") == "text/csv");
    CHECK(media_type("application/json") == "application/json");
    CHECK(media_type("") == "");
  }

  TEST_CASE("every method survives the round trip") {
    for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                                Method::del, Method::options})
      CHECK(parse_method(to_string(method)) == method);
    CHECK(parse_method("get") == Method::other);
    CHECK(parse_method("BREW") == Method::other);
  }
}

TEST_SUITE("serve/response") {
  TEST_CASE("an answer tells its length, also to HEAD, where the body is not sent") {
    const Response response{.status = 200, .body = "{}"};
    const std::string full = to_wire(response, {});
    CHECK(full.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(full.find("Content-Length: 2\r\n") != std::string::npos);
    CHECK(full.ends_with("\r\n\r\n{}"));
    const std::string head = to_wire(response, {.head_only = true});
    CHECK(head.find("Content-Length: 2\r\n") != std::string::npos);
    CHECK(head.ends_with("\r\n\r\n"));
  }

  TEST_CASE("no content has neither length nor type, and closing is said") {
    const std::string wire = to_wire({.status = 204, .body = "x"}, {.keep_alive = false});
    CHECK(wire.find("Content-") == std::string::npos);
    CHECK(wire.find("Connection: close\r\n") != std::string::npos);
    CHECK(wire.ends_with("\r\n\r\n"));
  }
}
