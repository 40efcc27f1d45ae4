#include "serve/framing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mlops::serve;
using State = RequestFramer::State;

namespace {

const std::string kPost = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
const std::string kChunked =
    "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
const std::string kGet = "GET /c HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_SUITE("serve/framing") {
  TEST_CASE("pipelined requests come out in order however the bytes are cut") {
    const std::string bytes = kPost + "\r\n" + kChunked + kGet + kGet + kPost;
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
      CAPTURE(step);
      RequestFramer framer({});
      std::vector<std::string> seen;
      for (std::size_t at = 0; at < bytes.size(); at += step) {
        framer.feed(std::string_view(bytes).substr(at, step));
        while (framer.state() == State::complete) {
          const Request request = framer.take();
          seen.push_back(request.path + ":" + request.body);
        }
      }
      CHECK(seen == std::vector<std::string>{"/a:hello", "/b:abc", "/c:", "/c:", "/a:hello"});
      CHECK(framer.state() == State::idle);
      CHECK(framer.buffered_bytes() == 0);
    }
  }

  TEST_CASE("the states tell how far a request has come") {
    RequestFramer framer({});
    CHECK(framer.state() == State::idle);
    framer.feed("POST / HTTP/1.1\r\nHost");
    CHECK(framer.state() == State::head);
    framer.feed(": x\r\nContent-Length: 2\r\n\r\n");
    CHECK(framer.state() == State::body);
    framer.feed("ab");
    CHECK(framer.state() == State::complete);
  }

  TEST_CASE("a body over the limit is refused before it is read") {
    RequestFramer framer({.max_body_bytes = 10});
    framer.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
    REQUIRE(framer.state() == State::failed);
    CHECK(framer.error().status == 413);
    RequestFramer exact({.max_body_bytes = 5});
    exact.feed(kPost);
    CHECK(exact.state() == State::complete);
    RequestFramer chunked({.max_body_bytes = 2});
    chunked.feed(kChunked);
    REQUIRE(chunked.state() == State::failed);
    CHECK(chunked.error().status == 413);
  }

  TEST_CASE("a head over the limit is refused, with and without line ends") {
    const FramingLimits limits{.max_head_bytes = 1000};
    for (const std::string& flood :
         {std::string(1001, 'a'), "GET / HTTP/1.1\r\nA: " + std::string(2000, 'b') + "\r\n"}) {
      for (const std::size_t step : {std::size_t{1}, std::size_t{700}, flood.size()}) {
        CAPTURE(step);
        RequestFramer framer(limits);
        for (std::size_t at = 0; at < flood.size(); at += step)
          framer.feed(std::string_view(flood).substr(at, step));
        REQUIRE(framer.state() == State::failed);
        CHECK(framer.error().status == 431);
        CHECK(framer.buffered_bytes() == 0);
      }
    }
  }

  TEST_CASE("lines that end in LF alone are refused at once") {
    RequestFramer framer({});
    framer.feed("GET / HTTP/1.1\n");
    REQUIRE(framer.state() == State::failed);
    CHECK(framer.error().code == "http.line_end");
  }

  TEST_CASE("nothing is read after a failure") {
    RequestFramer framer({});
    framer.feed("nonsense\r\n\r\n");
    REQUIRE(framer.state() == State::failed);
    framer.feed(kGet);
    CHECK(framer.state() == State::failed);
    CHECK(framer.buffered_bytes() == 0);
  }

  TEST_CASE("continue is asked for once, and not when the body has come already") {
    const std::string head =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    RequestFramer framer({});
    framer.feed(head);
    CHECK(framer.take_continue());
    CHECK_FALSE(framer.take_continue());
    framer.feed("ab");
    CHECK(framer.state() == State::complete);
    RequestFramer eager({});
    eager.feed(head + "ab");
    CHECK_FALSE(eager.take_continue());
    CHECK(eager.state() == State::complete);
  }
}
