#include "serve/head_parser.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mlops::serve;

namespace {

struct Refusal {
  const char* name;
  std::string head;
  int status;
};

std::string many_headers(int n) {
  std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < n; ++i) head += "X-" + std::to_string(i) + ": 1\r\n";
  return head;
}

const Refusal kRefusals[] = {
    {"no version", "GET /\r\n", 400},
    {"empty line", "\r\n", 400},
    {"HTTP/2", "GET / HTTP/2.0\r\nHost: x\r\n", 505},
    {"lower-case protocol", "GET / http/1.1\r\nHost: x\r\n", 400},
    {"method with blank", "GE T / HTTP/1.1\r\nHost: x\r\n", 400},
    {"method not a token", "GE(T / HTTP/1.1\r\nHost: x\r\n", 400},
    {"target without slash", "GET x HTTP/1.1\r\nHost: x\r\n", 400},
    {"NUL in the path", "GET /%00 HTTP/1.1\r\nHost: x\r\n", 400},
    {"malformed escape", "GET /%zz HTTP/1.1\r\nHost: x\r\n", 400},
    {"long target", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n", 414},
    {"no host", "GET / HTTP/1.1\r\n", 400},
    {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400},
    {"blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n", 400},
    {"nameless header", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n", 400},
    {"folded header", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n", 400},
    {"control character", "GET / HTTP/1.1\r\nHost: x\x01\r\n", 400},
    {"lone CR in a value", "GET / HTTP/1.1\r\nHost: x\ry\r\n", 400},
    {"too many headers", many_headers(200), 431},
    {"length and chunked",
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400},
    {"two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n",
     400},
    {"list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n", 400},
    {"negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n", 400},
    {"signed length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n", 400},
    {"text length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n", 400},
    {"empty length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n", 400},
    {"length beyond 64 bits",
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n", 400},
    {"gzip transfer coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n",
     501},
    {"two transfer codings",
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
     501},
    {"chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n", 400},
    {"GET with a body", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n", 400},
    {"HEAD with a body", "HEAD / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n", 400},
    {"unknown expectation", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: tea\r\n",
     417},
};

ParsedHead parsed(std::string_view head) {
  auto result = parse_head(head);
  REQUIRE(std::holds_alternative<ParsedHead>(result));
  return std::get<ParsedHead>(std::move(result));
}

}  // namespace

TEST_SUITE("serve/head_parser") {
  TEST_CASE("what two readers could understand differently is refused") {
    for (const Refusal& row : kRefusals) {
      CAPTURE(row.name);
      const auto result = parse_head(row.head);
      CHECK(std::holds_alternative<FramingError>(result));
      if (const auto* error = std::get_if<FramingError>(&result)) {
        CHECK(error->status == row.status);
        CHECK_FALSE(error->code.empty());
        CHECK_FALSE(error->message.empty());
      }
    }
  }

  TEST_CASE("path, query and headers are split and decoded") {
    const ParsedHead head = parsed(
        "POST /v1/models/churn%40champion/predict?a=1&b=%20 HTTP/1.1\r\nHOST: here:80\r\n"
        "Content-Type:\t application/json \r\nContent-Length: 12\r\nX-Empty:\r\n");
    CHECK(head.request.method == Method::post);
    CHECK(head.request.path == "/v1/models/churn@champion/predict");
    CHECK(head.request.query == "a=1&b=%20");
    CHECK(head.request.header("host") == "here:80");
    CHECK(head.request.header("content-type") == "application/json");
    CHECK(head.request.header("x-empty").empty());
    CHECK(head.framing == BodyFraming::content_length);
    CHECK(head.content_length == 12);
    CHECK(head.request.keep_alive);
  }

  TEST_CASE("absolute targets lose scheme and authority, fragments are dropped") {
    CHECK(parsed("GET http://x:1/a?b=c HTTP/1.1\r\nHost: x\r\n").request.path == "/a");
    CHECK(parsed("GET http://x HTTP/1.1\r\nHost: x\r\n").request.path == "/");
    CHECK(parsed("GET /a#b HTTP/1.1\r\nHost: x\r\n").request.path == "/a");
    CHECK(parsed("OPTIONS * HTTP/1.1\r\nHost: x\r\n").request.path == "/");
  }

  TEST_CASE("whether the connection stays open follows version and tokens, not spelling") {
    struct Case {
      const char* head;
      bool keep_alive;
    };
    const Case kCases[] = {
        {"GET / HTTP/1.1\r\nHost: x\r\n", true},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n", false},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: TE , close\r\n", false},
        {"GET / HTTP/1.0\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", true},
    };
    for (const Case& row : kCases) {
      CAPTURE(row.head);
      CHECK(parsed(row.head).request.keep_alive == row.keep_alive);
    }
  }

  TEST_CASE("only a client with a body to send is told to continue") {
    CHECK(parsed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n")
              .expects_continue);
    CHECK_FALSE(parsed("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n").expects_continue);
    CHECK(parsed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n").framing ==
          BodyFraming::none);
  }
}
