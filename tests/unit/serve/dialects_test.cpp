// Requests of the other dialects, good and bad, and that they score and log as predict does.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "api_fixture.hpp"

using namespace mlops;
using namespace mlops::serve;
using test::ApiFixture;
using test::body_of;

namespace {

struct Row {
  const char* name;
  std::string body;
  int status;
  const char* contains;
};

const std::string kInfer = "/v2/models/churn/infer";
const std::string kPredict = "/v1/models/churn/predict";
const std::string kRow = R"({"tenure":10,"plan":"basic","active":"Yes"})";

std::string tensor(const std::string& name, const std::string& shape, const std::string& datatype,
                   const std::string& data) {
  return R"({"name":")" + name + R"(","shape":)" + shape + R"(,"datatype":")" + datatype +
         R"(","data":)" + data + "}";
}

std::string infer(const std::string& inputs, const std::string& more = "") {
  return R"({"inputs":[)" + inputs + "]" + more + "}";
}

const std::string kTenure = tensor("tenure", "[2]", "FP64", "[10,20.5]");
const std::string kPlan = tensor("plan", "[2]", "BYTES", R"(["basic","pro"])");
const std::string kActive = tensor("active", "[2]", "BOOL", "[true,false]");
const std::string kAll = kTenure + "," + kPlan + "," + kActive;

const Row kInferRows[] = {
    {"a tensor a column", infer(kAll), 200, "\"shape\":[2]"},
    {"columns of shape [n, 1], nested", infer(tensor("tenure", "[2,1]", "FP32", "[[1],[2]]")), 200,
     "probabilities"},
    {"members in any order",
     R"({"inputs":[{"data":[1],"datatype":"INT8","shape":[1],"name":"tenure"}],"id":"q"})", 200,
     "\"id\":\"q\""},
    {"one matrix", infer(tensor("x", "[2,3]", "FP64", "[[1,0,1],[2,1,0]]")), 200, "prediction"},
    {"one matrix, flat", infer(tensor("x", "[1,3]", "FP64", "[1,0,1]")), 200, "prediction"},
    {"every integer type", infer(tensor("tenure", "[1]", "UINT64", "[18446744073709551615]")), 200,
     "prediction"},
    {"null is missing", infer(tensor("tenure", "[2]", "FP64", "[null,1]")), 200, "prediction"},
    {"own ids", infer(kAll + "," + tensor("id", "[2]", "BYTES", R"(["a-1","a-2"])")), 200, "a-2"},
    {"one output", infer(kAll, R"(,"outputs":[{"name":"prediction"}])"), 200, "\"prediction\""},
    {"explained", infer(kAll, R"(,"parameters":{"explain":true})"), 200, "contributions"},
    {"unknown parameters mean nothing", infer(kAll, R"(,"parameters":{"content_type":"pd"})"), 200,
     "prediction"},
    {"level never seen", infer(kTenure + "," + tensor("plan", "[2]", "BYTES", R"(["x","y"])")), 200,
     "prediction"},
    {"not JSON", "{", 400, "\"error\":"},
    {"no object", "[]", 400, "infer.bad_shape"},
    {"no inputs", "{}", 400, "inputs"},
    {"no tensors", infer(""), 400, "predict.no_rows"},
    {"no rows", infer(tensor("tenure", "[0]", "FP64", "[]")), 400, "predict.no_rows"},
    {"no name", R"({"inputs":[{"shape":[1],"datatype":"FP64","data":[1]}]})", 400, "name"},
    {"no data", R"({"inputs":[{"name":"tenure","shape":[1],"datatype":"FP64"}]})", 400, "data"},
    {"bad datatype", infer(tensor("tenure", "[1]", "FLOAT", "[1]")), 400, "infer.bad_datatype"},
    {"bad shape", infer(tensor("tenure", "[-1]", "FP64", "[1]")), 400, "infer.bad_shape"},
    {"too many dimensions", infer(tensor("tenure", "[1,1,1]", "FP64", "[1]")), 400,
     "infer.bad_shape"},
    {"shape too large", infer(tensor("tenure", "[99999999,99999999]", "FP64", "[1]")), 400,
     "infer.bad_shape"},
    {"more rows than the limit", infer(tensor("tenure", "[99999]", "FP64", "[1]")), 413,
     "predict.too_many_rows"},
    {"fewer values than the shape", infer(tensor("tenure", "[3]", "FP64", "[1,2]")), 400,
     "2 values where its shape says 3"},
    {"more values than the shape", infer(tensor("tenure", "[1]", "FP64", "[1,2]")), 400,
     "infer.bad_shape"},
    {"columns of different lengths",
     infer(kTenure + "," + tensor("plan", "[1]", "BYTES", R"(["basic"])")), 400, "infer.bad_shape"},
    {"matrix of another width", infer(tensor("x", "[1,2]", "FP64", "[1,2]")), 400, "columns"},
    {"text in a number tensor", infer(tensor("tenure", "[1]", "FP64", R"(["1"])")), 422,
     "wrong_datatype"},
    {"beyond its integer type", infer(tensor("tenure", "[1]", "INT8", "[128]")), 422,
     "wrong_datatype"},
    {"fraction in an integer tensor", infer(tensor("tenure", "[1]", "INT32", "[1.5]")), 422,
     "wrong_datatype"},
    {"number in BOOL", infer(tensor("active", "[1]", "BOOL", "[2]")), 422, "wrong_datatype"},
    {"object among the values", infer(tensor("tenure", "[1]", "FP64", "[{}]")), 422,
     "wrong_datatype"},
    {"a column given twice", infer(kTenure + "," + kTenure), 422, "duplicate_column"},
    {"no column of the model", infer(tensor("x", "[1]", "FP64", "[1]")), 422, "no_known_column"},
    {"unknown output", infer(kAll, R"(,"outputs":[{"name":"predictoin"}])"), 400,
     "did you mean 'prediction'"},
    {"id is no text", R"({"id":7,"inputs":[]})", 400, "'id'"},
};

const Row kInvocationRows[] = {
    {"split", R"({"dataframe_split":{"columns":["plan","tenure"],"data":[["pro",1],["plus",2]]}})",
     200, "predictions"},
    {"split with index", R"({"dataframe_split":{"index":[7],"columns":["tenure"],"data":[[1]]}})",
     200, "predictions"},
    {"split without columns", R"({"dataframe_split":{"data":[[1,"pro","Yes"]]}})", 200,
     "predictions"},
    {"records", "{\"dataframe_records\":[" + kRow + "," + kRow + "]}", 200, "\"probabilities\":[["},
    {"instances as objects", "{\"instances\":[" + kRow + "]}", 200, "predictions"},
    {"instances as arrays", R"({"instances":[[1,"pro","Yes"],[2,"plus",null]]})", 200, "ids"},
    {"inputs as columns", R"({"inputs":{"tenure":[1,2],"plan":["pro","pro"]}})", 200, "classes"},
    {"inputs as scalars", R"({"inputs":{"tenure":1,"plan":"pro"}})", 200, "predictions"},
    {"inputs as arrays", R"({"inputs":[[1,"pro","Yes"]]})", 200, "predictions"},
    {"own ids", R"({"dataframe_records":[{"id":"b-1","tenure":1}]})", 200, "b-1"},
    {"explained", "{\"instances\":[" + kRow + R"(],"params":{"explain":true}})", 200,
     "contribution_base"},
    {"other parameters", "{\"instances\":[" + kRow + R"(],"params":{"temperature":1}})", 200,
     "predictions"},
    {"not JSON", "{", 400, "\"error_code\":\"BAD_REQUEST\""},
    {"no object", "[1]", 400, "mlflow.bad_shape"},
    {"nothing", "{}", 400, "no rows"},
    {"two shapes", R"({"instances":[],"inputs":[]})", 400, "both"},
    {"unknown member", R"({"data":[]})", 400, "'data'"},
    {"split without data", R"({"dataframe_split":{"columns":["tenure"]}})", 400, "data"},
    {"row of another width", R"({"dataframe_split":{"columns":["tenure"],"data":[[1,2]]}})", 422,
     "wrong_width"},
    {"column name is no text", R"({"dataframe_split":{"columns":[1],"data":[[1]]}})", 400, ""},
    {"record is no object", R"({"dataframe_records":[1]})", 400, ""},
    {"instance is a number", R"({"instances":[1]})", 422, "not_a_row"},
    {"columns of different lengths", R"({"inputs":{"tenure":[1,2],"plan":["pro"]}})", 400, ""},
    {"no rows", R"({"instances":[]})", 400, "predict.no_rows"},
    {"not a number", R"({"inputs":{"tenure":["many"]}})", 422, "not_a_number"},
    {"no column of the model", R"({"dataframe_records":[{"x":1}]})", 422, "no_known_column"},
};

const Row kCsvRows[] = {
    {"rows", "tenure,plan,active\n10,basic,Yes\n20,pro,No\n", 200, "predictions"},
    {"columns in any order, CR LF", "plan,tenure\r\nbasic,10\r\n", 200, "predictions"},
    {"own ids", "id,tenure\nc-1,10\n007,20\n", 200, "\"007\""},
    {"quoted", "tenure,plan\n10,\"ba\"\"sic\"\n", 200, "predictions"},
    {"missing cells", "tenure,plan\n,\n1,pro\n", 200, "predictions"},
    {"not a number", "tenure,plan\nmany,pro\n", 422, "not_a_number"},
    {"no column of the model", "x,y\n1,2\n", 422, "no_known_column"},
    {"ragged", "tenure,plan\n1,pro,3\n", 400, "mlflow.bad_csv"},
    {"header alone", "tenure,plan\n", 400, "mlflow.bad_csv"},
    {"empty", "", 400, "mlflow.bad_csv"},
};

}  // namespace

TEST_SUITE("serve/dialects") {
  TEST_CASE("Open Inference Protocol: every request gets its status and its error member") {
    const ApiFixture fixture;
    for (const Row& row : kInferRows) {
      CAPTURE(row.name);
      const Response response = fixture.post(kInfer, row.body);
      CAPTURE(response.body);
      CHECK(response.status == row.status);
      CHECK(response.body.find(row.contains) != std::string::npos);
      CHECK(response.content_type == "application/json");
      CHECK(body_of(response).contains("error") == (row.status >= 400));
    }
  }

  TEST_CASE("MLflow: every request gets its status and its error members") {
    const ApiFixture fixture;
    for (const Row& row : kInvocationRows) {
      CAPTURE(row.name);
      const Response response = fixture.post("/invocations", row.body);
      CAPTURE(response.body);
      CHECK(response.status == row.status);
      CHECK(response.body.find(row.contains) != std::string::npos);
      CHECK(body_of(response).contains("error_code") == (row.status >= 400));
      CHECK(body_of(response).contains("message") == (row.status >= 400));
    }
    for (const Row& row : kCsvRows) {
      CAPTURE(row.name);
      const Response response =
          fixture.post("/invocations", row.body, {{"content-type", "text/csv; charset=utf-8"}});
      CAPTURE(response.body);
      CHECK(response.status == row.status);
      CHECK(response.body.find(row.contains) != std::string::npos);
    }
    CHECK(fixture.post("/invocations", "x", {{"content-type", "text/xml"}}).status == 415);
  }

  TEST_CASE("the same row gets the same answer in every dialect, and is logged by each") {
    const ApiFixture fixture;
    const Json wanted = body_of(fixture.post(kPredict, kRow))["predictions"][0];
    const double yes = wanted["probabilities"]["Yes"];
    const Json tensors =
        body_of(fixture.post(kInfer, infer(tensor("tenure", "[1]", "INT64", "[10]") + "," +
                                           tensor("plan", "[1]", "BYTES", R"(["basic"])") + "," +
                                           tensor("active", "[1]", "BOOL", "[true]"))))["outputs"];
    CHECK(tensors[0]["name"] == "prediction");
    CHECK(tensors[0]["data"][0] == wanted["prediction"]);
    CHECK(tensors[1]["data"][1] == yes);
    CHECK(tensors[1]["shape"] == Json::array({1, 2}));
    const std::vector<Response> others = {
        fixture.post("/invocations", "{\"dataframe_records\":[" + kRow + "]}"),
        fixture.post("/invocations", R"({"inputs":[[10,"basic","Yes"]]})"),
        fixture.post("/invocations", "tenure,plan,active\n10,basic,Yes\n",
                     {{"content-type", "text/csv"}})};
    for (const Response& other : others) {
      CHECK(body_of(other)["predictions"][0] == wanted["prediction"]);
      CHECK(body_of(other)["probabilities"][0][1] == yes);
    }
    std::string feedback;
    for (const Response& other : others)
      feedback += R"(,{"actual":"No","id":)" + body_of(other)["ids"][0].dump() + "}";
    feedback += R"(,{"actual":"No","id":)" + tensors[2]["data"][0].dump() + "}";
    const Json result = body_of(
        fixture.post("/v1/models/churn/feedback", "{\"feedback\":[" + feedback.substr(1) + "]}"));
    CHECK(result["accepted"] == 4);
  }

  TEST_CASE("Open Inference Protocol: metadata, readiness and versions") {
    ApiFixture fixture({.program_version = "1.2.3"});
    CHECK(body_of(fixture.get("/v2"))["version"] == "1.2.3");
    CHECK(body_of(fixture.get("/v2/health/live"))["live"] == true);
    CHECK(body_of(fixture.get("/v2/health/ready"))["ready"] == true);
    const Json model = body_of(fixture.get("/v2/models/churn"));
    CHECK(model["inputs"][0] ==
          Json({{"name", "tenure"}, {"datatype", "FP64"}, {"shape", Json::array({-1})}}));
    CHECK(model["inputs"][2]["datatype"] == "BOOL");
    CHECK(model["outputs"][1]["shape"] == Json::array({-1, 2}));
    fixture.stored.deploy("churn", fixture.stored.publish("churn", -1.0));
    fixture.follower->poll();
    CHECK(body_of(fixture.get("/v2/models/churn"))["versions"] == Json::array({"1", "2"}));
    CHECK(body_of(fixture.post(kInfer, infer(kAll)))["model_version"] == "2");
    const auto version = [&](const char* number, const char* rest) {
      return std::string("/v2/models/churn/versions/") + number + rest;
    };
    CHECK(body_of(fixture.post(version("1", "/infer"), infer(kAll)))["model_version"] == "1");
    CHECK(fixture.get(version("1", "")).status == 200);
    CHECK(fixture.get(version("2", "/ready")).status == 200);
    CHECK(fixture.get(version("7", "/ready")).status == 404);
    CHECK(fixture.post(version("7", "/infer"), infer(kAll)).status == 404);
    CHECK(fixture.get("/v2/models/chrun/ready").status == 404);
    CHECK(body_of(fixture.get("/v2/nothing")).contains("error"));
    CHECK(fixture.send(Method::get, kInfer).status == 405);
    CHECK(fixture.post(kInfer, infer(kAll), {{"inference-header-content-length", "9"}}).status ==
          415);
  }

  TEST_CASE("MLflow: which model, health and version") {
    ApiFixture fixture({.program_version = "1.2.3"});
    CHECK(fixture.get("/ping").status == 200);
    CHECK(fixture.get("/version").body == "1.2.3");
    const std::string body = "{\"instances\":[" + kRow + "]}";
    CHECK(fixture.post("/invocations?model=churn@1", body).status == 200);
    CHECK(fixture.post("/invocations?model=chrun", body).status == 404);
    fixture.stored.deploy("prices", fixture.stored.publish("prices", 2.0));
    fixture.follower->poll();
    const Response ambiguous = fixture.post("/invocations", body);
    CHECK(ambiguous.status == 400);
    CHECK(ambiguous.body.find("churn, prices") != std::string::npos);
    CHECK(body_of(fixture.post("/invocations?model=prices", body))["model"] == "prices");
  }

  TEST_CASE("a challenger and a shadow score every dialect") {
    ApiFixture fixture;
    const registry::Version second = fixture.stored.publish("churn", -1.0);
    for (const bool shadow : {false, true}) {
      fixture.stored.registry().set_challenger(
          "churn",
          registry::Challenger{
              .version = second, .traffic_share = shadow ? 0.0 : 1.0, .shadow = shadow},
          {.type = "challenger"});
      fixture.follower->poll();
      const std::string answering = shadow ? "1" : "2";
      CHECK(body_of(fixture.post(kInfer, infer(kAll)))["model_version"] == answering);
      for (const auto& [body, type] :
           {std::pair{"{\"instances\":[" + kRow + "]}", "application/json"},
            std::pair{std::string("tenure\n3\n"), "text/csv"}}) {
        const Response response = fixture.post("/invocations", body, {{"content-type", type}});
        CHECK(body_of(response)["version"].dump() == answering);
      }
    }
    fixture.context->scorer.shadow().wait_until_idle();
    const auto& counters = fixture.context->slot.get("churn")->traffic->counters;
    CHECK(counters.shadow_dropped == 0);
  }
}
