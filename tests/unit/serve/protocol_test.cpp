// What strange, careless and hostile clients send, over real sockets to a whole server.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "registry/gzip.hpp"
#include "running_server.hpp"
#include "serve/route.hpp"

using namespace mlops;
using namespace mlops::serve;
using test::get_bytes;
using test::kChurnRow;
using test::post_bytes;
using test::predict_bytes;
using test::RawClient;
using test::RunningServer;
using test::status_of;

namespace {

const std::string kPredict = "/v1/models/churn/predict";
const std::string kChunkedHead =
    "POST " + kPredict + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string gzipped(std::string_view plain) {
  std::string bytes;
  registry::GzipWriter writer([&bytes](std::string_view part) { bytes += part; });
  writer.write(plain);
  writer.finish();
  return bytes;
}

std::string gzip_post(std::string_view body) {
  return post_bytes(kPredict, body, "Content-Encoding: gzip\r\n");
}

/// A server with small limits and little patience, so that going beyond them is quick.
ServerConfig small_limits() {
  return {.limits = {.max_body_bytes = 20'000, .request_deadline_micros = 300'000}};
}

/// A GET route's path with the model's name in it.
std::string path_of(const Route& route) {
  std::string path(route.pattern);
  for (const auto& [placeholder, value] : {std::pair{"{ref}", "churn"},
                                           {"{name}", "churn"},
                                           {"{model}", "churn"},
                                           {"{version}", "1"}}) {
    const std::size_t at = path.find(placeholder);
    if (at != std::string::npos) path.replace(at, std::string_view(placeholder).size(), value);
  }
  return path;
}

}  // namespace

TEST_SUITE("serve/protocol") {
  TEST_CASE("a body comes whole, in chunks, byte by byte or compressed, with one answer") {
    const RunningServer server(small_limits());
    const std::string half = kChurnRow.substr(0, 10);
    const std::string rest = kChurnRow.substr(10);
    const std::string rows[] = {
        predict_bytes(),
        kChunkedHead + chunk(kChurnRow) + "0\r\n\r\n",
        kChunkedHead + chunk(half) + chunk(rest) + "0\r\n\r\n",
        kChunkedHead + "a;name=\"v\"\r\n" + half + "\r\n" + chunk(rest) + "0\r\nX: y\r\n\r\n",
        gzip_post(gzipped(kChurnRow)),
    };
    for (const std::string& bytes : rows) {
      CAPTURE(bytes);
      RawClient client = server.connect();
      client.send(bytes);
      CHECK(status_of(client.read_answer()) == 200);
      client.send(bytes.substr(0, bytes.size() / 2));
      client.send(bytes.substr(bytes.size() / 2));
      CHECK(status_of(client.read_answer()) == 200);
    }
    RawClient dripping = server.connect();
    for (const char byte : predict_bytes()) dripping.send(std::string_view(&byte, 1));
    CHECK(status_of(dripping.read_answer()) == 200);
  }

  TEST_CASE("bodies beyond the limit are refused however they come") {
    const RunningServer server(small_limits());
    const std::string big(20'001, ' ');
    const std::string bomb = gzipped(std::string(4u << 20, ' '));
    CHECK(bomb.size() < 20'000);
    CHECK(status_of(server.exchange(post_bytes(kPredict, big))) == 413);
    CHECK(status_of(server.exchange(kChunkedHead + chunk(big))) == 413);
    CHECK(status_of(server.exchange(kChunkedHead + "fffffffffffffff0\r\n")) == 413);
    CHECK(status_of(server.exchange(gzip_post(bomb))) == 413);
    CHECK(status_of(server.exchange(predict_bytes())) == 200);
  }

  TEST_CASE("a body that never ends is given up at the deadline, without touching others") {
    const RunningServer server(small_limits());
    const std::string unfinished[] = {
        kChunkedHead + chunk(kChurnRow),  // no last chunk
        kChunkedHead + "5\r\nab",
        "POST " + kPredict + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
        "GET / HTTP/1.1\r\nHost: local",
    };
    std::vector<RawClient> clients;
    for (const std::string& bytes : unfinished) {
      clients.push_back(server.connect());
      clients.back().send(bytes);
    }
    CHECK(status_of(server.exchange(predict_bytes())) == 200);
    for (RawClient& client : clients) CHECK(status_of(client.read_all()) == 408);
  }

  TEST_CASE("a client waiting for 100 Continue hears it, or why not, before the body") {
    const RunningServer server(small_limits());
    const auto head = [](std::size_t size) {
      return fmt::format(
          "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nExpect: "
          "100-continue\r\n\r\n",
          kPredict, size);
    };
    RawClient polite = server.connect();
    polite.send(head(kChurnRow.size()));
    CHECK(status_of(polite.read_answer()) == 100);
    polite.send(kChurnRow);
    CHECK(status_of(polite.read_answer()) == 200);
    CHECK(status_of(server.exchange(head(20'001))) == 413);
    CHECK(status_of(server.exchange("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\n"
                                    "Content-Length: 1\r\n\r\n")) == 417);
  }

  TEST_CASE("HEAD says what GET would, without the body, on every route") {
    const RunningServer server;
    for (const Route& route : routes()) {
      if (route.method != Method::get || contains(route.pattern, "events")) continue;
      const std::string path = path_of(route);
      CAPTURE(path);
      RawClient client = server.connect();
      client.send(get_bytes(path));
      const int status = status_of(client.read_answer());
      std::string head = get_bytes(path);
      head.replace(0, 3, "HEAD");
      client.send(head);
      CHECK(status_of(client.read_answer(true)) == status);
      client.send(get_bytes("/livez"));
      CHECK(client.read_answer().ends_with("ok\n"));
    }
  }

  TEST_CASE("every route refuses other methods and says which it knows") {
    const RunningServer server;
    for (const Route& route : routes()) {
      const std::string path = path_of(route);
      CAPTURE(path);
      const std::string answer =
          server.exchange("PATCH " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      CHECK(status_of(answer) == 405);
      CHECK(contains(answer, "Allow: "));
      CHECK(contains(answer, std::string(to_string(route.method)) + ","));
    }
  }

  TEST_CASE("what is no JSON is refused with 400 and changes nothing") {
    const RunningServer server;
    const std::string bodies[] = {
        "",
        "{",
        "[",
        "null",
        "\"text\"",
        "{\"instances\":[{\"tenure\":NaN}]}",
        "{\"instances\":[{\"tenure\":Infinity}]}",
        "{\"instances\":[{\"tenure\":1e999}]}",
        "{\"instances\":[{\"tenure\":01}]}",
        "{\"instances\":[{\"tenure\":+1}]}",
        "{\"instances\":[{\"tenure\":0x10}]}",
        "{\"instances\":[{\"tenure\":1}],}",
        "{\"instances\":[{\"tenure\":1,}]}",
        "{'instances':[{'tenure':1}]}",
        "{\"instances\":[{\"tenure\":1}]} // comment",
        "{\"instances\":[{\"tenure\":1}]}{}",
        "{\"instances\":[{\"plan\":\"\xff\"}]}",
        "{\"instances\":[{\"plan\":\"\x01\"}]}",
        "{\"instances\":[{\"plan\":\"\\ud800\"}]}",
        std::string("{\"instances\":[{\"plan\":\"a\0b\"}]}", 31),
        std::string(100'000, '['),
        "{\"instances\":" + std::string(100'000, '{'),
        "\xef\xbb\xbf" + kChurnRow,
        "{\"inputs\":{\"tenure\":[1,null\\}}",  // breaks off while 'instances' is looked for
    };
    RawClient client = server.connect();
    for (const std::string& body : bodies) {
      CAPTURE(body.substr(0, 60));
      client.send(predict_bytes(body));
      const std::string answer = client.read_answer();
      CHECK(status_of(answer) == 400);
      CHECK(contains(answer, "application/problem+json"));
      CHECK_FALSE(contains(answer, "nlohmann"));
      CHECK_FALSE(contains(answer, "simdjson"));
    }
    client.send(predict_bytes());
    CHECK(status_of(client.read_answer()) == 200);
  }

  TEST_CASE("bytes that two readers could cut differently are refused and the connection ends") {
    const std::string head = "POST " + kPredict + " HTTP/1.1\r\nHost: localhost\r\n";
    const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const std::string tricks[] = {
        head + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        head + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        head + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
        head + "Content-Length: 5, 5\r\n\r\nabcde",
        head + "Content-Length: +5\r\n\r\nabcde",
        head + "Content-Length: 0x5\r\n\r\nabcde",
        head + "Content-Length: 18446744073709551621\r\n\r\nabcde",
        head + "Content-Length:\r\n\r\n",
        head + "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "X: a\rY: b\r\n\r\n",
        head + std::string("X: a\0b\r\n\r\n", 10),
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  // a TLS greeting
    };
    const RunningServer server;
    for (const std::string& bytes : tricks) {
      CAPTURE(bytes);
      const std::string answer = server.exchange(bytes + smuggled);
      CHECK(status_of(answer) >= 400);
      CHECK(status_of(answer) <= 505);
      CHECK(contains(answer, "Connection: close"));
      CHECK(answer.find("\nDate: ") == answer.rfind("\nDate: "));  // one answer, not two
    }
  }

  TEST_CASE("floods of headers are cut off early") {
    const RunningServer server;
    std::string many = "GET / HTTP/1.1\r\nHost: localhost\r\n";
    for (int i = 0; i < 10'000; ++i) many += fmt::format("X-{}: y\r\n", i);
    CHECK(status_of(server.exchange(many + "\r\n")) == 431);
    std::string hundred_and_one = "GET / HTTP/1.1\r\nHost: localhost\r\n";
    for (int i = 0; i < 100; ++i) hundred_and_one += fmt::format("X-{}: y\r\n", i);
    CHECK(status_of(server.exchange(hundred_and_one + "\r\n")) == 431);
    CHECK(status_of(server.exchange("GET /" + std::string(1'000'000, 'a'))) == 431);
  }

  TEST_CASE("ten thousand requests on one connection") {
    const RunningServer server({.log_sync = observe::LogSync::off});
    RawClient client = server.connect();
    const std::string burst = [] {
      std::string bytes;
      for (int i = 0; i < 100; ++i) bytes += get_bytes("/livez");
      return bytes;
    }();
    int answered = 0;
    for (int i = 0; i < 100; ++i) {
      client.send(burst);
      for (int k = 0; k < 100; ++k) answered += status_of(client.read_answer()) == 200 ? 1 : 0;
    }
    CHECK(answered == 10'000);
  }

  TEST_CASE("when the log cannot keep up predictions are refused, not queued without end") {
    const RunningServer server({.limits = {.max_queued_blocks = 1}});
    std::vector<RawClient> clients;
    for (int i = 0; i < 32; ++i) clients.push_back(server.connect());
    int refused = 0;
    for (int round = 0; round < 50 && refused == 0; ++round) {
      for (RawClient& client : clients) client.send(predict_bytes());
      for (RawClient& client : clients) {
        const std::string answer = client.read_answer();
        CHECK((status_of(answer) == 200 || status_of(answer) == 503));
        if (status_of(answer) != 503) continue;
        ++refused;
        CHECK(contains(answer, "Retry-After: 1"));
        CHECK(contains(answer, "predict.log_queue_full"));
      }
    }
    CHECK(refused > 0);
  }

  TEST_CASE("more slow requests than workers can take are refused with Retry-After") {
    const RunningServer server;
    RawClient client = server.connect();
    std::vector<RawClient> crowd;
    for (int i = 0; i < 600; ++i) crowd.push_back(server.connect());
    for (RawClient& one : crowd) one.send(get_bytes("/v1/models/churn/versions"));
    client.send(predict_bytes());
    CHECK(status_of(client.read_answer()) == 200);
    for (RawClient& one : crowd) {
      const std::string answer = one.read_answer();
      const int status = status_of(answer);
      CHECK((status == 200 || status == 503));
      if (status == 503) CHECK(contains(answer, "Retry-After: "));
    }
  }

  TEST_CASE("a column given twice is refused, a mark before the JSON is named") {
    const RunningServer server;
    const std::string twice =
        server.exchange(predict_bytes("{\"instances\":[{\"tenure\":1,\"tenure\":2}]}"));
    CHECK(status_of(twice) == 422);
    CHECK(contains(twice, "duplicate_column"));
    CHECK(contains(server.exchange(predict_bytes("\xef\xbb\xbf" + kChurnRow)),
                   "begins with a byte-order mark"));
  }

  TEST_CASE("forty listeners to events keep no prediction waiting, and all hear of it") {
    const RunningServer server;
    std::vector<RawClient> listeners;
    for (int i = 0; i < 40; ++i) {
      listeners.push_back(server.connect());
      listeners.back().send(get_bytes("/v1/events"));
    }
    for (RawClient& listener : listeners) CHECK(listener.read_until("event: hello"));
    RawClient client = server.connect();
    for (int i = 0; i < 100; ++i) {
      client.send(predict_bytes());
      CHECK(status_of(client.read_answer()) == 200);
    }
    for (RawClient& listener : listeners) CHECK(listener.read_until("\"predictions\":100"));
  }

  TEST_CASE("clients that hang up at any moment leave nothing behind") {
    const RunningServer server;
    const std::string bytes = predict_bytes();
    for (std::size_t n = 0; n <= bytes.size(); n += 7) {
      RawClient client = server.connect();
      client.send(std::string_view(bytes).substr(0, n));
      const linger reset{1, 0};
      ::setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    std::string page;
    for (int looks = 0; looks < 1000 && !contains(page, "mlops_requests_in_flight 1\n"); ++looks)
      page = server.exchange(get_bytes("/metrics"));
    CHECK(contains(page, "mlops_requests_in_flight 1\n"));  // this one
    CHECK(status_of(server.exchange(predict_bytes())) == 200);
  }
}
