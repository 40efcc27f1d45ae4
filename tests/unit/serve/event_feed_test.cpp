#include "serve/event_feed.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/json.hpp"
#include "serve/answer_cache.hpp"
#include "serve/api.hpp"
#include "serving_registry.hpp"

using namespace mlops;
using namespace mlops::serve;

namespace {

/// A feed over a registry with model "churn", without a socket.
struct Fixture {
  Fixture() {
    stored.deploy("churn", stored.publish("churn", 1.0));
    config.registry_root = stored.root();
    context = std::make_unique<ApiContext>(config, stored.clock(), null_log_sink());
    follower = std::make_unique<RegistryFollower>(context->registry, FollowerConfig{},
                                                  stored.clock(), null_log_sink(), context->slot);
    follower->poll();
    context->loop_counters = &loop;
    loop.event_streams = 1;
    feed =
        std::make_unique<EventFeed>(*context, [this](std::string text) { told.push_back(text); });
    follower->on_swap([this](const SwapNotice& notice) { feed->on_swap(notice); });
  }

  /// The data of the last message, which must be of that type.
  Json last(const std::string& event) const {
    REQUIRE_FALSE(told.empty());
    const std::string head = "event: " + event + "\ndata: ";
    REQUIRE(told.back().starts_with(head));
    REQUIRE(told.back().ends_with("\n\n"));
    return parse_json(told.back().substr(head.size()), "event");
  }

  test::ServingRegistry stored;
  ServerConfig config;
  LoopCounters loop;
  std::unique_ptr<ApiContext> context;
  std::unique_ptr<RegistryFollower> follower;
  std::unique_ptr<EventFeed> feed;
  std::vector<std::string> told;
};

Response get(const Api& api, const std::string& path, Method method = Method::get) {
  return api.handle(Request{.method = method,
                            .target = path,
                            .path = path,
                            .received_at = std::chrono::steady_clock::now()});
}

TEST_SUITE("serve/event_feed") {
  TEST_CASE_FIXTURE(Fixture, "a tick tells the counters that changed, and that all is well else") {
    feed->tick();
    CHECK(last("tick")["models"]["churn"]["predictions"] == 0);
    feed->tick();
    CHECK(last("tick")["models"].empty());
    context->slot.get("churn")->traffic->counters.predictions += 3;
    feed->tick();
    CHECK(last("tick")["models"]["churn"]["predictions"] == 3);
    CHECK(last("tick").contains("t"));
  }

  TEST_CASE_FIXTURE(Fixture, "nothing is told while nobody listens") {
    loop.event_streams = 0;
    feed->tick();
    stored.deploy("churn", stored.publish("churn", 2.0));
    follower->poll();
    feed->tick();
    CHECK(told.empty());
    loop.event_streams = 1;
    feed->tick();
    CHECK(told.size() == 1);
  }

  TEST_CASE_FIXTURE(Fixture, "a deployment is told at once, and the audit log's line with a tick") {
    feed->tick();
    told.clear();
    stored.deploy("churn", stored.publish("churn", 2.0));
    follower->poll();
    CHECK(last("deploy")["version"] == 2);
    CHECK(last("deploy")["what"] == "deployed");
    told.clear();
    feed->tick();
    bool in_history = false;
    for (const std::string& text : told)
      in_history = in_history || text.starts_with("event: history\n");
    CHECK(in_history);
  }

  TEST_CASE_FIXTURE(Fixture, "health is told when it changes, alerts always") {
    observe::ModelHealth health{.model = "churn", .status = observe::Status::ok};
    feed->on_health(health);
    CHECK(last("health")["status"] == "ok");
    feed->on_health(health);
    CHECK(told.size() == 1);
    health.status = observe::Status::critical;
    health.alerts.push_back({.id = 1, .severity = "critical", .state = "firing", .message = "m"});
    feed->on_health(health);
    CHECK(last("health")["alerts"] == 1);
    feed->on_alerts(health, health.alerts);
    CHECK(last("alert")["alerts"][0]["message"] == "m");
  }

  TEST_CASE("a line end in a message does not end the event") {
    const std::string text = event_text("alert", {{"message", "a\n\ndata: b\r\n"}});
    CHECK(text.find("\n\n") == text.size() - 2);
    CHECK(text.find('\r') == std::string::npos);
  }

  TEST_CASE_FIXTURE(Fixture, "the stream's route greets, and refuses beyond its limit") {
    const Api api(*context);
    const Response stream = get(api, "/v1/events");
    CHECK(stream.continuation == Continuation::event_stream);
    CHECK(stream.content_type == "text/event-stream");
    CHECK(stream.body.starts_with("retry: 2000\n\nevent: hello\n"));
    CHECK(stream.body.find("\"churn\":{\"version\":1") != std::string::npos);
    CHECK(get(api, "/v1/events", Method::head).continuation == Continuation::none);
    loop.event_streams = config.limits.max_event_streams;
    const Response refused = get(api, "/v1/events");
    CHECK(refused.status == 503);
    CHECK(refused.continuation == Continuation::none);
  }

  TEST_CASE_FIXTURE(Fixture, "the audit log comes as JSON") {
    const Json body = parse_json(get(Api(*context), "/v1/models/churn/events").body, "answer");
    CHECK(body["model"] == "churn");
    CHECK(body["skipped"] == 0);
    REQUIRE_FALSE(body["events"].empty());
    CHECK(body["events"].back()["evidence"]["aliases"]["champion"] == 1);
  }

  TEST_CASE_FIXTURE(Fixture, "pages are found by their plain addresses") {
    const Api api(*context);
    const std::vector<std::pair<std::string, std::string>> kTable = {
        {"/models/churn", "../#/models/churn"}, {"/alerts", "./#/alerts"}};
    for (const auto& [path, wanted] : kTable) {
      CAPTURE(path);
      const Response response = get(api, path);
      CHECK(response.status == 302);
      CHECK(response.headers[0].value == wanted);
    }
    CHECK(get(api, "/").content_type == "text/html; charset=utf-8");
    CHECK(get(api, "/assets/app.js").content_type == "text/javascript; charset=utf-8");
    CHECK(get(api, "/assets/none.js").status == 404);
  }
}

TEST_SUITE("serve/answer_cache") {
  TEST_CASE("an answer is kept for who takes one of that age") {
    AnswerCache cache;
    ManualClock clock(Timestamp{1'000'000});
    int n_computed = 0;
    const auto ask = [&](const std::string& key, std::int64_t max_age) {
      return *cache.get(key, max_age, clock, [&] { return std::to_string(++n_computed); });
    };
    CHECK(ask("a", 0) == "1");
    CHECK(ask("a", 5) == "1");
    CHECK(ask("b", 5) == "2");
    clock.advance_micros(6);
    CHECK(ask("a", 10) == "1");
    CHECK(ask("a", 5) == "3");
    clock.advance_micros(1);
    CHECK(ask("a", 0) == "4");
    CHECK_THROWS_AS(static_cast<void>(cache.get("c", 5, clock, []() -> std::string { throw 1; })),
                    int);
    CHECK(ask("c", 5) == "5");
  }
}

}  // namespace
