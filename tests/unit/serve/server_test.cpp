#include "serve/server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "observe/store.hpp"
#include "running_server.hpp"

using namespace mlops;
using namespace mlops::serve;
using test::get_bytes;
using test::post_bytes;
using test::predict_bytes;
using test::RawClient;
using test::RunningServer;
using test::status_of;

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::uint64_t logged_rows(const RunningServer& server) {
  const observe::ObservationStore store(server.stored.registry().observations_path("churn"),
                                        SqliteOpen::read_only, observe::LogSync::off);
  return store.n_predictions();
}

}  // namespace

TEST_SUITE("serve/server") {
  TEST_CASE("a prediction is answered over a socket and is in the log by then") {
    const RunningServer server;
    RawClient client = server.connect();
    for (std::uint64_t i = 1; i <= 5; ++i) {
      client.send(predict_bytes());
      const std::string answer = client.read_answer();
      CHECK(status_of(answer) == 200);
      CHECK(contains(answer, "X-Model-Version: 1"));
      CHECK(logged_rows(server) == i);
    }
  }

  TEST_CASE("routes through the HTTP engine and beside it agree about the protocol") {
    const RunningServer server;
    for (const char* path : {"/livez", "/v1", "/v1/models", "/metrics", "/", "/v1/models/churn",
                             "/v1/models/churn/schema", "/v1/models/churn/versions"}) {
      CAPTURE(path);
      RawClient client = server.connect();
      client.send(get_bytes(path));
      const std::string full = client.read_answer();
      CHECK(status_of(full) == 200);
      CHECK(contains(full, "X-Request-Id: "));
      std::string head = get_bytes(path);
      head.replace(0, 3, "HEAD");
      client.send(head);
      const std::string answer = client.read_answer(true);
      CHECK(status_of(answer) == 200);
      CHECK(contains(answer, "Content-Length: "));
      client.send(get_bytes("/livez"));  // the body of HEAD was not sent
      CHECK(client.read_answer().ends_with("ok\n"));
    }
  }

  TEST_CASE("pipelined predictions and slow routes come back in order") {
    const RunningServer server;
    RawClient client = server.connect();
    client.send(predict_bytes() + get_bytes("/v1/models") + predict_bytes() + get_bytes("/livez") +
                predict_bytes());
    for (const char* expected :
         {"\"predictions\"", "\"models\"", "\"predictions\"", "ok\n", "\"predictions\""})
      CHECK(contains(client.read_answer(), expected));
  }

  TEST_CASE("a POST without a body is answered at once") {
    const RunningServer server;
    RawClient client = server.connect();
    client.send("POST /v1/models/churn/predict HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string answer;
    const double ms = test::milliseconds_of([&] { answer = client.read_answer(); });
    CHECK(status_of(answer) == 400);
    CHECK(ms < 1000);  // a server that waits for a body waits for its deadline, ten seconds
  }

  TEST_CASE("abuses of the protocol are refused at once") {
    struct Case {
      const char* name;
      std::string bytes;
      int status;
    };
    const std::string head = "POST /v1/models/churn/predict HTTP/1.1\r\nHost: localhost\r\n";
    const Case kCases[] = {
        {"ten gigabytes", head + "Content-Length: 10737418240\r\n\r\n", 413},
        {"length and chunked", head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
         400},
        {"two lengths", head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
        {"negative chunk", head + "Transfer-Encoding: chunked\r\n\r\n-2\r\n", 400},
        {"40 KB of headers", head + "X: " + std::string(40'000, 'a') + "\r\n\r\n", 431},
        {"no line end", std::string(40'000, 'a'), 431},
        {"dot segments", get_bytes("/../../etc/passwd"), 404},
        {"escaped dot segments", get_bytes("/%2e%2e%2fetc/passwd"), 404},
        {"escaped NUL", get_bytes("/v1/models/%00"), 400},
        {"double slash", get_bytes("//v1/models"), 404},
        {"9 KB path", get_bytes("/" + std::string(9000, 'a')), 414},
        {"unknown method", "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
        {"wrong method", get_bytes("/v1/models/churn/predict"), 405},
        {"body on GET", get_bytes("/v1", "Content-Length: 3\r\n") + "abc", 400},
        {"unknown coding", post_bytes("/v1/models/churn/predict", "x", "Content-Encoding: br\r\n"),
         415},
        {"cut gzip",
         post_bytes("/v1/models/churn/predict", "\x1f\x8b\x08", "Content-Encoding: gzip\r\n"), 400},
        {"rebinding host", "GET /v1 HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403},
    };
    const RunningServer server;
    for (const Case& row : kCases) {
      CAPTURE(row.name);
      const std::string answer = server.exchange(row.bytes);
      CHECK(status_of(answer) == row.status);
      CHECK_FALSE(contains(answer, "EXCEPTION"));
    }
    CHECK(contains(server.exchange(get_bytes("/v1/models/churn/predict")), "Allow: POST"));
  }

  TEST_CASE("an alias that moves under load is live within a second and loses nothing") {
    RunningServer server;
    std::atomic<bool> stopping{false};
    std::atomic<int> answered{0};
    std::atomic<int> lost{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        RawClient client = server.connect();
        while (!stopping) {
          client.send(predict_bytes());
          (status_of(client.read_answer()) == 200 ? answered : lost)++;
        }
      });
    }
    server.stored.deploy("churn", server.stored.publish("churn", -1.0));
    std::string answer;
    RawClient client = server.connect();
    const double ms = test::milliseconds_of([&] {
      do {
        client.send(predict_bytes());
        answer = client.read_answer();
      } while (!contains(answer, "\"version\":2") && status_of(answer) == 200);
    });
    stopping = true;
    for (std::thread& thread : clients) thread.join();
    CHECK(contains(answer, "\"version\":2"));
    CHECK(ms < 1000);
    CHECK(answered > 0);
    CHECK(lost == 0);
  }

  TEST_CASE("stopping under load answers every request that was taken") {
    RunningServer server;
    std::atomic<int> cut{0};
    std::atomic<std::uint64_t> answered{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        RawClient client = server.connect();
        for (bool open = true; open;) {
          if (!client.send(predict_bytes())) return;
          const std::string answer = client.read_answer();
          if (status_of(answer) != 200) ++cut;
          if (status_of(answer) == 200) ++answered;
          open = status_of(answer) == 200 && !contains(answer, "Connection: close");
        }
      });
    }
    while (answered < 100) std::this_thread::yield();
    server.request_stop();
    for (std::thread& thread : clients) thread.join();
    server.stop();
    CHECK(cut == 0);
    CHECK(logged_rows(server) == answered);
  }

  TEST_CASE("a second server on the port fails, a new one after the first starts at once") {
    RunningServer first;
    ServerConfig config{.registry_root = first.stored.root(), .port = first.port()};
    try {
      const Server second(config, first.stored.clock(), null_log_sink());
      FAIL("two servers on one port");
    } catch (const Error& error) {
      CHECK(error.code() == "serve.port_in_use");
    }
    CHECK(status_of(first.exchange(predict_bytes())) == 200);
    first.stop();
    const Server third(config, first.stored.clock(), null_log_sink());
    CHECK(third.models() == std::vector<std::string>{"churn"});
  }

  TEST_CASE("slow clients do not keep a prediction waiting") {
    const RunningServer server;
    std::vector<RawClient> slow;
    for (int i = 0; i < 200; ++i) {
      slow.emplace_back(server.port());
      slow.back().send("POST /v1/models/churn/predict HTTP/1.1\r\nHost: localhost\r\nX-Slow:");
    }
    RawClient client = server.connect();
    std::vector<double> latencies;
    for (int i = 0; i < 200; ++i) {
      slow[static_cast<std::size_t>(i)].send(" a");
      latencies.push_back(test::milliseconds_of([&] {
        client.send(predict_bytes());
        CHECK(status_of(client.read_answer()) == 200);
      }));
    }
    std::sort(latencies.begin(), latencies.end());
    CHECK(latencies[100] < 500);  // unfair servers are at the slow clients' ten seconds
  }

  TEST_CASE("an absent registry and impossible settings are said") {
    const test::ServingRegistry stored;
    CHECK_THROWS_AS(Server({.registry_root = stored.root() / "none", .port = 0}, stored.clock(),
                           null_log_sink()),
                    Error);
    CHECK_THROWS_AS(ServerConfig{}.validate(), Error);
    for (const AccessLog level : {AccessLog::off, AccessLog::errors, AccessLog::all})
      CHECK(parse_access_log(to_string(level)) == level);
    for (const OnLogFailure policy : {OnLogFailure::refuse, OnLogFailure::answer})
      CHECK(parse_on_log_failure(to_string(policy)) == policy);
  }
}
