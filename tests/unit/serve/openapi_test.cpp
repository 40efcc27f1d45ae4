#include "serve/openapi.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "api_fixture.hpp"
#include "serve/route.hpp"

using namespace mlops;
using namespace mlops::serve;
using test::ApiFixture;
using test::body_of;

TEST_SUITE("serve/openapi") {
  TEST_CASE("every route is described once, with its parameters and its errors") {
    const ApiFixture fixture;
    const Json document = body_of(fixture.get("/openapi.json"));
    CHECK(document["openapi"] == "3.1.0");
    std::set<std::string> ids;
    for (const Route& route : routes()) {
      CAPTURE(route.pattern);
      const std::string pattern(route.pattern);
      REQUIRE(document["paths"].contains(pattern));
      const Json& item = document["paths"][pattern];
      const Json& operation = item.contains("get") ? item["get"] : item["post"];
      CHECK(ids.insert(operation["operationId"]).second);
      CHECK(operation["responses"].contains("default"));
      CHECK(operation.contains("requestBody") == (route.method == Method::post));
      const bool has_parameter = pattern.find('{') != std::string::npos;
      if (has_parameter) CHECK(operation["parameters"][0]["in"] == "path");
    }
  }

  TEST_CASE("a model's own columns, levels and ranges are there") {
    const ApiFixture fixture;
    const Json document = body_of(fixture.get("/openapi.json"));
    CHECK(document["paths"].contains("/v1/models/churn/predict"));
    const Json& columns = document["components"]["schemas"]["churn.Row"]["properties"];
    CHECK(columns["tenure"]["minimum"] == 0.0);
    CHECK(columns["tenure"]["maximum"] == 100.0);
    CHECK(columns["plan"]["enum"] == Json::array({"basic", "plus", "pro", nullptr}));
    CHECK(columns["active"]["enum"] == Json::array({"No", "Yes", false, true, nullptr}));
    const Json& answer = document["components"]["schemas"]["churn.Prediction"]["properties"];
    CHECK(answer["prediction"]["enum"] == Json::array({"No", "Yes"}));
  }

  TEST_CASE("it follows the registry, names the token, and is not sent twice") {
    ApiFixture fixture({.token = "secret"});
    const auto get = [&](std::vector<Header> headers) {
      headers.push_back({"authorization", "Bearer secret"});
      return fixture.send(Method::get, "/openapi.json", "", std::move(headers));
    };
    const Response first = get({});
    CHECK(body_of(first)["components"]["securitySchemes"].contains("bearer"));
    REQUIRE(first.headers[0].name == "ETag");
    const std::string etag = first.headers[0].value;
    CHECK(get({{"if-none-match", etag}}).status == 304);
    fixture.stored.deploy("prices", fixture.stored.publish("prices", 2.0));
    fixture.follower->poll();
    CHECK(get({{"if-none-match", etag}}).status == 200);
    CHECK(body_of(get({}))["paths"].contains("/v1/models/prices/predict"));
  }
}
