#include "serve/event_loop.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "raw_client.hpp"
#include "serve/response.hpp"

using namespace mlops;
using namespace mlops::serve;
using test::RawClient;
using test::status_of;

namespace {

/// Answers "METHOD PATH BODY"; /later is answered by another thread, /stream becomes a stream.
class EchoSink final : public RequestSink {
 public:
  ~EchoSink() override {
    for (std::thread& thread : threads_) thread.join();
  }

  void on_request(Request request, Reply reply) override {
    Outgoing answer{.keep_alive = request.keep_alive};
    Response response{.content_type = "text/plain"};
    response.body = request.path + ":" + request.body;
    if (request.path == "/stream") {
      response.continuation = Continuation::event_stream;
      response.body.clear();
      answer.event_stream = true;
    }
    if (request.path == "/big") response.body.assign(3u << 20, 'x');
    answer.bytes = to_wire(response, {.keep_alive = request.keep_alive});
    if (request.path != "/later") return reply.send(std::move(answer));
    threads_.emplace_back([answer = std::move(answer), reply] { reply.send(answer); });
  }

  std::string on_refusal(const FramingError& error) override {
    return to_wire({.status = error.status, .body = error.code}, {.keep_alive = false});
  }

 private:
  std::vector<std::thread> threads_;
};

/// A running loop with its own sink.
class RunningLoop {
 public:
  explicit RunningLoop(LoopLimits limits = {}) {
    Listener listener("127.0.0.1", 0);
    port = listener.port();
    loop = std::make_unique<EventLoop>(std::move(listener), limits, sink_);
    thread_ = std::thread([this] { loop->run(stop); });
  }
  ~RunningLoop() { join(); }

  void join() {
    stop.request();
    if (thread_.joinable()) thread_.join();
  }

  std::uint16_t port = 0;
  CancelToken stop;
  std::unique_ptr<EventLoop> loop;

 private:
  EchoSink sink_;
  std::thread thread_;
};

std::string get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

}  // namespace

TEST_SUITE("serve/event_loop") {
  TEST_CASE("one connection carries many requests, answered here or by another thread") {
    RunningLoop server;
    RawClient client(server.port);
    for (int i = 0; i < 200; ++i) {
      const std::string path = i % 2 == 0 ? "/now" : "/later";
      client.send(post(path, std::to_string(i)));
      CHECK(client.read_answer().ends_with(path + ":" + std::to_string(i)));
    }
  }

  TEST_CASE("pipelined requests are answered in order, whoever answers them") {
    RunningLoop server;
    RawClient client(server.port);
    client.send(post("/later", "1") + get("/2") + post("/later", "3") + get("/4") + get("/5"));
    for (const char* expected : {"/later:1", "/2:", "/later:3", "/4:", "/5:"})
      CHECK(client.read_answer().ends_with(expected));
  }

  TEST_CASE("a client that stops sending still gets its answers") {
    RunningLoop server;
    RawClient client(server.port);
    client.send(get("/1") + post("/later", "2"));
    client.finish_sending();
    const std::string answers = client.read_all();
    CHECK(answers.find("/1:") != std::string::npos);
    CHECK(answers.find("/later:2") != std::string::npos);
  }

  TEST_CASE("many pipelined requests and big answers wait for a slow reader") {
    RunningLoop server;
    RawClient client(server.port);
    std::string requests;
    for (int i = 0; i < 5; ++i) requests += get("/big");
    client.send(requests + get("/end", "Connection: close\r\n"));
    const std::string answers = client.read_all();
    CHECK(answers.size() > (15u << 20));
    CHECK(answers.ends_with("/end:"));
  }

  TEST_CASE("close is honoured however it is spelled, and said") {
    RunningLoop server;
    RawClient client(server.port);
    client.send(get("/x", "Connection: Close\r\n"));
    const std::string answer = client.read_all();
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
    CHECK(answer.ends_with("/x:"));
  }

  TEST_CASE("a body that must not be sent is refused before it is") {
    RunningLoop server({.framing = {.max_body_bytes = 100}});
    RawClient client(server.port);
    client.send(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n");
    const std::string answer = client.read_all();
    CHECK(status_of(answer) == 413);
    RawClient second(server.port);
    second.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n");
    CHECK(status_of(second.read_answer()) == 100);
    second.send("abc");
    CHECK(second.read_answer().ends_with("/:abc"));
  }

  TEST_CASE("a refusal reaches a client that goes on sending") {
    RunningLoop server({.framing = {.max_body_bytes = 1000}});
    RawClient client(server.port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n");
    client.send(std::string(2'000'000, 'a'));
    CHECK(status_of(client.read_all()) == 413);
  }

  TEST_CASE("a request that dribbles in is ended by its deadline, others are not kept") {
    RunningLoop server({.request_deadline = std::chrono::milliseconds(200)});
    RawClient slow(server.port);
    slow.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    RawClient other(server.port);
    other.send(get("/quick"));
    CHECK(other.read_answer().ends_with("/quick:"));
    CHECK(status_of(slow.read_all()) == 408);
  }

  TEST_CASE("an idle connection is closed without a word") {
    RunningLoop server({.idle_timeout = std::chrono::milliseconds(150)});
    RawClient client(server.port);
    client.send(get("/1"));
    CHECK(status_of(client.read_answer()) == 200);
    CHECK(client.read_all().empty());
  }

  TEST_CASE("when every place is taken the longest idle client makes room") {
    RunningLoop server({.max_connections = 3});
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
      clients.emplace_back(server.port);
      clients.back().send(get("/x"));
      CHECK(status_of(clients.back().read_answer()) == 200);
    }
    RawClient newcomer(server.port);
    newcomer.send(get("/new"));
    CHECK(newcomer.read_answer().ends_with("/new:"));
    CHECK(clients[0].read_all().empty());
    clients[2].send(get("/still"));
    CHECK(clients[2].read_answer().ends_with("/still:"));
    CHECK(server.loop->counters().connections_evicted == 1);
  }

  TEST_CASE("when every place is busy a newcomer is told so") {
    RunningLoop server({.max_connections = 2});
    std::vector<RawClient> busy;
    for (int i = 0; i < 2; ++i) {
      busy.emplace_back(server.port);
      busy.back().send(get("/x") + "POST /half HTTP/1.1\r\n");
      CHECK(status_of(busy.back().read_answer()) == 200);
    }
    RawClient newcomer(server.port);
    CHECK(status_of(newcomer.read_all()) == 503);
    busy[0].send("Host: x\r\n\r\n");
    CHECK(busy[0].read_answer().ends_with("/half:"));
  }

  TEST_CASE("published events reach every stream and nobody else") {
    RunningLoop server;
    std::vector<RawClient> streams;
    for (int i = 0; i < 20; ++i) {
      streams.emplace_back(server.port);
      streams.back().send(get("/stream"));
      CHECK(streams.back().read_until("\r\n\r\n"));
    }
    RawClient other(server.port);
    server.loop->mailbox().publish("data: hello\n\n");
    for (RawClient& stream : streams) CHECK(stream.read_until("data: hello\n\n"));
    other.send(get("/x"));
    CHECK(other.read_answer().find("hello") == std::string::npos);
  }

  TEST_CASE("draining answers what was sent and then lets go") {
    RunningLoop server;
    RawClient idle(server.port);
    RawClient active(server.port);
    active.send(get("/1"));
    CHECK(status_of(active.read_answer()) == 200);
    RawClient half(server.port);
    half.send("POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab");
    active.send(get("/2"));
    server.stop.request();
    CHECK(active.read_answer().ends_with("/2:"));
    CHECK(idle.read_all().empty());  // closed by now: the loop is draining
    half.send("cd");
    const std::string last = half.read_all();
    CHECK(last.ends_with("/half:abcd"));
    CHECK(last.find("Connection: close") != std::string::npos);
    server.join();
    CHECK_FALSE(RawClient(server.port).connected());
  }

  TEST_CASE("a second listener on the same port fails and says so") {
    const Listener first("127.0.0.1", 0);
    try {
      const Listener second("127.0.0.1", first.port());
      FAIL("bound twice");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::unavailable);
      CHECK(error.code() == "serve.port_in_use");
      CHECK_FALSE(error.hint().empty());
    }
    CHECK_THROWS_AS(Listener("no such host", 0), Error);
  }
}
