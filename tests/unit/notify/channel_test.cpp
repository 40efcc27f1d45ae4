#include "notify/channel.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "unit/notify/receiver.hpp"

using namespace mlops;
using namespace mlops::notify;
using namespace mlops::test;

namespace {

constexpr DeliveryLimits kQuick{
    .max_attempts = 3, .first_backoff_micros = 1000, .timeout_micros = 300'000};

Message example() {
  return {.model = "churn",
          .version = 4,
          .alert_id = 17,
          .rule = "performance",
          .subject = "accuracy",
          .severity = "critical",
          .status = "firing",
          .text = "accuracy fell below 0.90: 0.84",
          .next_command = "mlops retrain churn",
          .since = *parse_rfc3339("2026-03-02T17:42:00Z"),
          .changed_at = *parse_rfc3339("2026-03-02T18:00:00Z"),
          .evidence = {{"n", 1120}}};
}

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace

TEST_SUITE("notify/channel") {
  TEST_CASE("a webhook gets the whole message as one JSON object") {
    Receiver receiver({200});
    const auto channel = make_webhook(receiver.url("/hook?team=a"), "", kQuick);
    const Delivery delivery = channel->deliver(example());
    CHECK(delivery.delivered);
    CHECK(delivery.attempts == 1);
    CHECK(delivery.error.empty());
    CHECK(delivery.channel == "webhook " + receiver.url("/hook?team=a"));
    REQUIRE(receiver.requests().size() == 1);
    const std::string request = receiver.requests()[0];
    CHECK(request.starts_with("POST /hook?team=a HTTP/1.1\r\n"));
    CHECK(request.find("Content-Type: application/json") != std::string::npos);
    CHECK(request.find("X-Mlops-Signature") == std::string::npos);
    CHECK(body_of(request) ==
          R"({"schema":"mlops/alert/v1","model":"churn","version":4,"alert_id":17,)"
          R"("rule":"performance","subject":"accuracy","severity":"critical","status":"firing",)"
          R"("message":"accuracy fell below 0.90: 0.84","next_command":"mlops retrain churn",)"
          R"("since":"2026-03-02T17:42:00.000Z","changed_at":"2026-03-02T18:00:00.000Z",)"
          R"("evidence":{"n":1120}})");
  }

  TEST_CASE("a webhook with a secret is signed over its body") {
    Receiver receiver({204});
    CHECK(make_webhook(receiver.url("/"), "s3cret", kQuick)->deliver(example()).delivered);
    REQUIRE(receiver.requests().size() == 1);
    const std::string request = receiver.requests()[0];
    CHECK(request.find("X-Mlops-Signature: sha256=" +
                       hmac_sha256_hex("s3cret", body_of(request))) != std::string::npos);
  }

  TEST_CASE("what may change is tried again, what cannot is not") {
    struct Case {
      const char* name;
      std::vector<int> script;
      bool delivered;
      unsigned attempts;
      const char* error;
    };
    const Case kCases[] = {{"server error, then well", {500, 200}, true, 2, ""},
                           {"closed, busy, then well", {kCloseAtOnce, 429, 202}, true, 3, ""},
                           {"server error for ever", {503}, false, 3, "answered 503"},
                           {"refused", {400}, false, 1, "answered 400"},
                           {"no such path", {404}, false, 1, "answered 404"},
                           {"moved", {301}, false, 1, "answered 301"},
                           {"slow, then well", {408, 200}, true, 2, ""}};
    for (const Case& c : kCases) {
      CAPTURE(c.name);
      Receiver receiver(c.script);
      const Delivery delivery = make_webhook(receiver.url("/x"), "", kQuick)->deliver(example());
      CHECK(delivery.delivered == c.delivered);
      CHECK(delivery.attempts == c.attempts);
      CHECK(delivery.error == c.error);
      CHECK(receiver.requests().size() == c.attempts);
    }
  }

  TEST_CASE("a receiver that never finishes is given up in time") {
    for (const int action : {kSayNothing, kDripForever}) {
      CAPTURE(action);
      Receiver receiver({action});
      DeliveryLimits limits = kQuick;
      limits.max_attempts = 1;
      limits.timeout_micros = 100'000;
      const auto begin = std::chrono::steady_clock::now();
      const Delivery delivery = make_webhook(receiver.url("/x"), "", limits)->deliver(example());
      CHECK_FALSE(delivery.delivered);
      CHECK_FALSE(delivery.error.empty());
      CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    }
  }

  TEST_CASE("a URL that cannot work is one attempt with a reason") {
    for (const char* url : {"", "ftp://x/y", "example.org/hook", "http://", "https:///path"}) {
      CAPTURE(url);
      const Delivery delivery = make_webhook(url, "", kQuick)->deliver(example());
      CHECK_FALSE(delivery.delivered);
      CHECK(delivery.attempts == 1);
      CHECK(delivery.error == "not an http:// or https:// URL");
    }
  }

  TEST_CASE("Alertmanager gets one alert with stable labels and its end") {
    Receiver receiver({200});
    const auto channel = make_alertmanager(receiver.url("/"), kQuick);
    Message message = example();
    CHECK(channel->deliver(message).delivered);
    message.status = "resolved";
    message.changed_at = *parse_rfc3339("2026-03-02T19:00:00Z");
    CHECK(channel->deliver(message).delivered);
    const auto requests = receiver.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].starts_with("POST /api/v2/alerts HTTP/1.1\r\n"));
    const Json firing = parse_json(body_of(requests[0]), "body");
    const Json resolved = parse_json(body_of(requests[1]), "body");
    REQUIRE(firing.size() == 1);
    CHECK(dump_json(firing[0]["labels"]) ==
          R"({"alertname":"mlops_performance","model":"churn","version":"4",)"
          R"("subject":"accuracy","severity":"critical"})");
    CHECK(resolved[0]["labels"] == firing[0]["labels"]);
    CHECK(firing[0]["annotations"]["summary"] == "accuracy fell below 0.90: 0.84");
    CHECK(firing[0]["annotations"]["next_command"] == "mlops retrain churn");
    CHECK(firing[0]["startsAt"] == "2026-03-02T17:42:00.000Z");
    CHECK(firing[0]["endsAt"] == "2026-04-01T18:00:00.000Z");
    CHECK(resolved[0]["endsAt"] == "2026-03-02T19:00:00.000Z");
  }

  TEST_CASE("a command gets the message on standard input") {
    const TempDirectory directory;
    const auto path = directory.path() / "alert.json";
    const auto channel = make_command_hook("cat > '" + path.string() + "'", kQuick);
    const Delivery delivery = channel->deliver(example());
    CHECK(delivery.delivered);
    CHECK(delivery.attempts == 1);
    CHECK(read_file(path) == dump_json(to_json(example())) + "\n");
  }

  TEST_CASE("a command that fails says how") {
    struct Case {
      const char* command;
      const char* error;
    };
    constexpr Case kCases[] = {
        {"exit 3", "exit status 3"},
        {"echo no route to host >&2; echo more; exit 1", "exit status 1: no route to host"},
        {"kill -9 $$", "killed by signal 9"},
        {"sleep 30 & sleep 30", "did not end within 0.3 s"},
        {"no-such-command-here 2>/dev/null", "exit status 127"}};
    for (const Case& c : kCases) {
      CAPTURE(c.command);
      const Delivery delivery = make_command_hook(c.command, kQuick)->deliver(example());
      CHECK_FALSE(delivery.delivered);
      CHECK(delivery.error == c.error);
    }
  }

  TEST_CASE("a command that does not read its input is a delivery all the same") {
    CHECK(make_command_hook("true", kQuick)->deliver(example()).delivered);
  }
}
