#include "serve/api.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include <string>
#include <vector>

#include "api_fixture.hpp"
#include "base/json.hpp"

using namespace mlops;
using namespace mlops::serve;
using Fixture = mlops::test::ApiFixture;
using mlops::test::body_of;

namespace {

const std::string kRow = R"({"tenure":10,"plan":"basic","active":"Yes"})";
const std::string kPredict = "/v1/models/churn/predict";

struct Scenario {
  const char* name;
  Method method;
  std::string path;
  std::string body;
  int status;
  const char* contains;
};

const Scenario kScenarios[] = {
    {"rows", Method::post, kPredict, "{\"instances\":[" + kRow + "," + kRow + "]}", 200, "\"Yes\""},
    {"one object alone", Method::post, kPredict, kRow, 200, "predictions"},
    {"instances is one object", Method::post, kPredict, "{\"instances\":" + kRow + "}", 200, "id"},
    {"explained", Method::post, kPredict, "{\"explain\":true,\"instances\":[" + kRow + "]}", 200,
     "\"base\""},
    {"own id", Method::post, kPredict, R"({"instances":[{"id":"a-1","tenure":3}]})", 200, "a-1"},
    {"null is missing", Method::post, kPredict,
     R"({"instances":[{"tenure":null,"plan":"pro","active":true}]})", 200, "prediction"},
    {"absent column", Method::post, kPredict, R"({"instances":[{"tenure":3}]})", 200,
     "missing_column"},
    {"unknown column", Method::post, kPredict,
     R"({"instances":[{"tenure":3,"plam":"pro","active":"No"}]})", 200, "did you mean 'plan'"},
    {"unseen category", Method::post, kPredict,
     R"({"instances":[{"tenure":3,"plan":"gold","active":"No"}]})", 200, "unseen_category"},
    {"not a number", Method::post, kPredict, R"({"instances":[{"tenure":3},{"tenure":"many"}]})",
     422, "\"row\":1"},
    {"nested value", Method::post, kPredict, R"({"instances":[{"tenure":[1]}]})", 422,
     "not_a_value"},
    {"duplicate column", Method::post, kPredict, R"({"instances":[{"tenure":1,"tenure":2}]})", 422,
     "duplicate_column"},
    {"no known column", Method::post, kPredict, R"({"instances":[{"x":1}]})", 422,
     "no_known_column"},
    {"instance is no object", Method::post, kPredict, R"({"instances":[3]})", 422, "not_an_object"},
    {"no instances", Method::post, kPredict, R"({"rows":1})", 400, "instances"},
    {"empty instances", Method::post, kPredict, R"({"instances":[]})", 400, "predict.no_rows"},
    {"misspelt member", Method::post, kPredict, "{\"instances\":[" + kRow + "],\"explian\":true}",
     400, "did you mean 'explain'"},
    {"empty body", Method::post, kPredict, "", 400, "json.malformed"},
    {"cut body", Method::post, kPredict, R"({"instances":[{)", 400, "line 1"},
    {"NaN", Method::post, kPredict, R"({"instances":[{"tenure":NaN}]})", 400, "json.malformed"},
    {"overflow", Method::post, kPredict, R"({"instances":[{"tenure":1e999}]})", 400,
     "json.malformed"},
    {"bytes that are not UTF-8", Method::post, kPredict,
     "{\"instances\":[{\"plan\":\"\xff\xfe\"}]}", 400, "json.malformed"},
    {"trailing text", Method::post, kPredict, kRow + " x", 400, "json.malformed"},
    {"deep nesting", Method::post, kPredict, std::string(100'000, '['), 400, ""},
    {"unknown model", Method::post, "/v1/models/chrun/predict", kRow, 404, "did you mean 'churn'"},
    {"bad name", Method::post, "/v1/models/..%2f/predict", kRow, 400, ""},
    {"wrong method", Method::get, kPredict, "", 405, "http.method_not_allowed"},
    {"no such path", Method::get, "/v1/nothing", "", 404, "http.no_such_route"},
    {"models", Method::get, "/v1/models", "", 200, "\"churn\""},
    {"model", Method::get, "/v1/models/churn", "", 200, "\"champion\""},
    {"model by number", Method::get, "/v1/models/churn@1", "", 200, "\"version\":1"},
    {"versions", Method::get, "/v1/models/churn/versions", "", 200, "log_loss"},
    {"schema", Method::get, "/v1/models/churn/schema", "", 200, "\"plus\""},
    {"routes", Method::get, "/v1", "", 200, "predict"},
    {"live", Method::get, "/livez", "", 200, "ok"},
    {"ready", Method::get, "/readyz", "", 200, "ok"},
    {"prometheus", Method::get, "/metrics", "", 200, "mlops_requests_total"},
    {"page", Method::get, "/", "", 200, "<main id=\"main\""},
    {"bad range", Method::get, "/v1/models/churn/metrics?range=soon", "", 400, "http.bad_range"},
};

}  // namespace

TEST_SUITE("serve/api") {
  TEST_CASE("every request gets its status and says what it is about") {
    const Fixture fixture;
    for (const Scenario& row : kScenarios) {
      CAPTURE(row.name);
      const Response response = fixture.send(row.method, row.path, row.body);
      CAPTURE(response.body);
      CHECK(response.status == row.status);
      CHECK(response.body.find(row.contains) != std::string::npos);
      if (row.status >= 400) CHECK(response.content_type == "application/problem+json");
    }
    CHECK(fixture.context->requests_in_flight == 0);
  }

  TEST_CASE("an answered prediction takes its truth, once") {
    const Fixture fixture;
    const Json answer = body_of(fixture.post(kPredict, kRow));
    const std::string id = answer["predictions"][0]["id"];
    const auto tell = [&](const std::string& actual) {
      return body_of(
          fixture.post("/v1/models/churn/feedback",
                       R"({"feedback":[{"id":")" + id + R"(","actual":")" + actual + "\"}]}"));
    };
    CHECK(tell("Yes")["accepted"] == 1);
    CHECK(tell("Yes")["duplicate"] == 1);
    CHECK(tell("No")["corrected"] == 1);
    CHECK(body_of(fixture.post("/v1/models/churn/feedback",
                               R"({"feedback":[{"id":"none","actual":"No"}]})"))["unknown"] == 1);
    CHECK(fixture.post("/v1/models/churn/feedback", R"({"feedback":[{"id":"x","actual":"Yess"}]})")
              .body.find("did you mean 'Yes'") != std::string::npos);
  }

  TEST_CASE("contributions add up with their base, probabilities to one") {
    const Fixture fixture;
    const Json row = body_of(fixture.post(
        kPredict, "{\"instances\":[" + kRow + "],\"explain\":true}"))["predictions"][0];
    CHECK(row["probabilities"]["No"].get<double>() + row["probabilities"]["Yes"].get<double>() ==
          doctest::Approx(1));
    double sum = 0;
    for (const auto& [name, value] : row["contributions"].items()) sum += value.get<double>();
    const double p = row["probabilities"]["Yes"].get<double>();
    CHECK(sum == doctest::Approx(std::log(p / (1 - p))));
  }

  TEST_CASE("an alias that moves is followed, and a version that fails its test is not") {
    Fixture fixture;
    CHECK(body_of(fixture.post(kPredict, kRow))["version"] == 1);
    fixture.stored.deploy("churn", fixture.stored.publish("churn", -1.0));
    fixture.follower->poll();
    CHECK(body_of(fixture.post(kPredict, kRow))["version"] == 2);
    fixture.stored.deploy("churn", fixture.stored.publish_wrong("churn"));
    fixture.follower->poll();
    CHECK(body_of(fixture.post(kPredict, kRow))["version"] == 2);
    CHECK(body_of(fixture.post("/v1/models/churn@1/predict", kRow))["version"] == 1);
  }

  TEST_CASE("a shadow scores what the champion answers, under the same ids") {
    Fixture fixture;
    const registry::Version challenger = fixture.stored.publish("churn", -1.0);
    fixture.stored.registry().set_challenger(
        "churn", registry::Challenger{.version = challenger, .shadow = true},
        {.type = "challenger"});
    fixture.follower->poll();
    CHECK(body_of(fixture.post(kPredict, kRow))["version"] == 1);
    fixture.context->scorer.shadow().wait_until_idle();
    const auto counts = fixture.context->slot.get("churn")->traffic->counters.versions();
    REQUIRE(counts.size() == 2);
    CHECK(counts[1].role == observe::Role::shadow);
    CHECK(counts[1].predictions == 1);
  }

  TEST_CASE("a challenger gets its share, and a client's id always the same version") {
    Fixture fixture;
    fixture.stored.registry().set_challenger(
        "churn",
        registry::Challenger{.version = fixture.stored.publish("churn", -1.0),
                             .traffic_share = 0.25},
        {.type = "challenger"});
    fixture.follower->poll();
    int challenged = 0;
    for (int i = 0; i < 400; ++i) {
      const std::string row =
          R"({"instances":[{"id":"c)" + std::to_string(i) + R"(","tenure":3}]})";
      const Json first = body_of(fixture.post(kPredict, row))["version"];
      CHECK(body_of(fixture.post(kPredict, row))["version"] == first);
      challenged += first == 2 ? 1 : 0;
    }
    CHECK(challenged > 60);  // 100 expected, standard deviation 9
    CHECK(challenged < 140);
  }

  TEST_CASE("with a token only probes answer without it") {
    const Fixture fixture({.token = "secret"});
    CHECK(fixture.get("/v1/models").status == 401);
    CHECK(fixture.get("/livez").status == 200);
    const auto with = [&](const char* value) {
      return fixture.send(Method::get, "/v1/models", "", {{"authorization", value}}).status;
    };
    CHECK(with("Bearer secret") == 200);
    CHECK(with("bearer secret") == 200);
    CHECK(with("Basic eDpzZWNyZXQ=") == 200);  // x:secret
    CHECK(with("Bearer secre") == 401);
    CHECK(with("Basic secret") == 401);
    CHECK(with("Bearer") == 401);
  }

  TEST_CASE("other hosts and pages of other sites are refused") {
    const Fixture fixture;
    const auto host = [&](const char* value) {
      return fixture.send(Method::get, "/v1", "", {{"host", value}}).status;
    };
    for (const char* ours : {"localhost", "localhost:8080", "127.0.0.1:1", "[::1]:80"})
      CHECK(host(ours) == 200);
    for (const char* other : {"evil.example", "evil.example:8080", "localhost.evil.example"})
      CHECK(host(other) == 403);
    const auto origin = [&](std::vector<Header> headers) {
      headers.push_back({"host", "localhost:8080"});
      return fixture.post(kPredict, kRow, std::move(headers)).status;
    };
    CHECK(origin({{"origin", "http://localhost:8080"}}) == 200);
    CHECK(origin({{"origin", "http://evil.example"}}) == 403);
    CHECK(origin({{"origin", "null"}}) == 403);
    CHECK(origin({{"sec-fetch-site", "cross-site"}}) == 403);
  }

  TEST_CASE("only JSON is read as JSON, and too many rows are too many") {
    const Fixture fixture({.limits = {.max_rows_per_request = 2}});
    const auto type = [&](const char* value) {
      return fixture.post(kPredict, kRow, {{"content-type", value}}).status;
    };
    CHECK(type("application/json; charset=utf-8") == 200);
    CHECK(type("application/x-www-form-urlencoded") == 200);
    CHECK(type("text/csv") == 415);
    CHECK(fixture.post(kPredict, kRow, {{"content-encoding", "br"}}).status == 415);
    CHECK(fixture.post(kPredict, kRow, {{"content-encoding", "gzip"}}).status == 400);
    CHECK(
        fixture.post(kPredict, "{\"instances\":[" + kRow + "," + kRow + "," + kRow + "]}").status ==
        413);
  }
}
