#include "serve/chunked.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mlops::serve;

namespace {

struct Outcome {
  std::string body;
  std::size_t used = 0;
  bool finished = false;
  int status = 0;
};

/// Feeds `bytes` in pieces of `step` bytes.
Outcome decode(std::string_view bytes, std::size_t step, std::size_t limit = 100) {
  ChunkedDecoder decoder(limit);
  Outcome outcome;
  while (outcome.used < bytes.size() && !decoder.finished() && !decoder.error()) {
    const std::string_view piece = bytes.substr(outcome.used, step);
    const std::size_t used = decoder.feed(piece, outcome.body);
    outcome.used += used;
    if (used == 0) break;
  }
  outcome.finished = decoder.finished();
  if (decoder.error()) outcome.status = decoder.error()->status;
  return outcome;
}

}  // namespace

TEST_SUITE("serve/chunked") {
  TEST_CASE("chunks become a body however they are cut") {
    const std::string bytes = "4\r\nWiki\r\nA;name=\"v\"\r\npedia in ch\r\n";
    const std::string whole = "5\r\npedia\r\n3;x=y\r\nabc\r\n0\r\nTrailer: 1\r\n\r\nGET /";
    for (std::size_t step = 1; step <= whole.size(); ++step) {
      CAPTURE(step);
      const Outcome outcome = decode(whole, step);
      CHECK(outcome.finished);
      CHECK(outcome.body == "pediaabc");
      CHECK(outcome.used == whole.size() - 5);
    }
    CHECK(decode(bytes, 7).status == 400);  // the second chunk is longer than its size says
  }

  TEST_CASE("malformed and oversized chunks are refused") {
    struct Case {
      const char* name;
      std::string bytes;
      int status;
    };
    const Case kCases[] = {
        {"negative size", "-2\r\nab\r\n", 400},
        {"size not hexadecimal", "xyz\r\n", 400},
        {"hexadecimal prefix", "0x5\r\nhello\r\n", 400},
        {"empty size", "\r\n", 400},
        {"bare LF", "5\nhello\r\n", 400},
        {"lone CR", "5\r;\r\nhello\r\n", 400},
        {"beyond 64 bits", "fffffffffffffffff\r\n", 400},
        {"huge", "fffffffffffffff0\r\n", 413},
        {"beyond the limit", "65\r\n", 413},
        {"beyond the limit in two", "64\r\n" + std::string(100, 'a') + "\r\n1\r\n", 413},
        {"endless size line", std::string(2000, '1'), 400},
        {"endless trailers",
         [] {
           std::string bytes = "0\r\n";
           for (int i = 0; i < 1000; ++i) bytes += "Trailer: abcdef\r\n";
           return bytes;
         }(),
         431},
    };
    for (const Case& row : kCases) {
      for (const std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
        CAPTURE(row.name);
        CAPTURE(step);
        const Outcome outcome = decode(row.bytes, step);
        CHECK(outcome.status == row.status);
        CHECK_FALSE(outcome.finished);
      }
    }
  }

  TEST_CASE("a body without its last chunk is not finished") {
    CHECK_FALSE(decode("5\r\nhello\r\n", 3).finished);
    CHECK_FALSE(decode("5\r\nhello\r\n0\r\n", 3).finished);
  }
}
