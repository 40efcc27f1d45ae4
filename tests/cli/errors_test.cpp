// What bad input gets: the contract's status, a sentence with the offending value, a hint.
#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace mlops::test {
namespace {

constexpr const char* kSmall =
    "age,city,bought\n31,Bonn,yes\n45,Kiel,no\n23,Bonn,yes\n51,Ulm,no\n38,Kiel,yes\n29,Ulm,no\n";

struct Case {
  const char* name;
  std::vector<std::string> arguments;
  int status;
  const char* says;   ///< part of stderr
  const char* hints;  ///< part of stderr; "" for none
};

void check(const Workspace& workspace, const Case& c) {
  CAPTURE(c.name);
  const Finished finished = workspace.mlops(c.arguments);
  CAPTURE(finished.err);
  CHECK(finished.status == c.status);
  CHECK(finished.out.empty());
  CHECK(finished.err.find(c.says) != std::string::npos);
  CHECK(finished.err.find(c.hints) != std::string::npos);
  CHECK(finished.err.find("error[") != std::string::npos);
}

std::string one_class() {
  std::string text = "x,y\n";
  for (int i = 0; i < 30; ++i) text += std::to_string(i * 7 % 13) + ",yes\n";
  return text;
}

}  // namespace

TEST_SUITE("cli/errors") {
  TEST_CASE("wrong files, columns, models and words are named with a way out") {
    const Workspace workspace;
    workspace.write("small.csv", kSmall);
    workspace.write("empty.csv", "");
    workspace.write("header.csv", "a,b,c\n");
    workspace.write("one_class.csv", one_class());
    const std::vector<Case> cases = {
        {"no such file", {"train", "absent.csv", "--target", "y"}, 4, "absent.csv", "hint"},
        {"nearly that file", {"train", "smal.csv"}, 4, "smal.csv", "did you mean 'small.csv'?"},
        {"no such target",
         {"train", "small.csv", "--target", "boght"},
         4,
         "boght",
         "did you mean 'bought'?"},
        {"empty file", {"train", "empty.csv"}, 3, "empty.csv", ""},
        {"header only", {"train", "header.csv"}, 3, "header.csv", "hint"},
        {"one class only", {"train", "one_class.csv", "--target", "y"}, 3, "y", ""},
        {"unknown command", {"trian", "small.csv"}, 2, "trian", "did you mean 'train'?"},
        {"unknown option",
         {"train", "small.csv", "--taget", "y"},
         2,
         "--taget",
         "did you mean '--target'?"},
        {"bad enum", {"train", "small.csv", "--preset", "fats"}, 2, "fats", "fast"},
        {"bad model name", {"train", "small.csv", "--name", "Bad Name"}, 2, "Bad Name", "bad-name"},
        {"model that is not there", {"show", "nosuch"}, 4, "nosuch", ""},
        {"predict without model", {"predict", "nosuch", "small.csv"}, 4, "nosuch", ""},
        {"bad reference", {"show", "a@b@c"}, 2, "a@b@c", ""},
        {"monitor of nothing", {"monitor", "nosuch"}, 4, "nosuch", ""},
        {"an alert that is not there", {"alerts", "ack", "7"}, 4, "7", "mlops alerts"},
        {"an alert without a number", {"alerts", "ack", "x7"}, 2, "x7", "mlops alerts"},
        {"something else with alerts", {"alerts", "akc", "7"}, 2, "akc 7", "mlops alerts ack ID"},
        {"alerts of nothing", {"alerts", "--model", "nosuch"}, 4, "nosuch", ""},
        {"a check of a mistyped registry",
         {"--registry", "/no/such", "monitor", "--check"},
         4,
         "/no/such",
         "--registry"},
        {"alerts of a mistyped registry", {"--registry", "/no/such", "alerts"}, 4, "/no/such", ""},
        {"retraining a mistyped registry",
         {"--registry", "/no/such", "retrain", "--all", "--if-needed"},
         4,
         "/no/such",
         ""},
        {"a check and a page",
         {"monitor", "--check", "--html", "r.html"},
         2,
         "--check and --html",
         "once for each"},
        {"a check that never ends",
         {"monitor", "--check", "--watch"},
         2,
         "--check and --watch",
         ""},
        {"compare with nothing", {"monitor", "--compare", "a@1", "b@2"}, 4, "a", ""},
        {"rollback of nothing", {"rollback", "nosuch"}, 4, "nosuch", ""},
        {"retrain without names", {"retrain"}, 2, "retrain", "--all"},
        {"serve beyond loopback", {"serve", "--host", "0.0.0.0"}, 2, "0.0.0.0", "--token-file"},
        {"missing argument", {"train"}, 2, "DATA", ""}};
    for (const Case& c : cases) check(workspace, c);
  }

  TEST_CASE("inspect trains nothing and, without a target, complains about none") {
    const Workspace workspace;
    workspace.write("small.csv", kSmall);
    const Json seen = workspace.mlops_json({"inspect", "small.csv"});
    CHECK(seen["rows"] == 6);
    CHECK(seen["target"].is_null());
    CHECK(seen["findings"].empty());
    CHECK_FALSE(std::filesystem::exists(workspace.registry()));
  }

  TEST_CASE("with --json an error is one object on stderr and stdout stays empty") {
    const Workspace workspace;
    const Finished finished = workspace.mlops({"show", "nosuch", "--json"});
    CHECK(finished.status == 4);
    CHECK(finished.out.empty());
    const Json error = parse_json(finished.err, "stderr")["error"];
    CHECK(error["kind"] == "not_found");
    CHECK(error["exit_status"] == 4);
  }

  TEST_CASE("an unknown model, version or selector is told with what there is") {
    const Workspace workspace;
    static_cast<void>(workspace.mlops_json(
        {"train", std::string(MLOPS_EXAMPLES) + "/churn/customers.csv", "--target", "churned",
         "--name", "churn", "--preset", "fast", "--max-trials", "1"}));
    check(workspace, {"near name", {"show", "chrun"}, 4, "chrun", "did you mean 'churn'?"});
    check(workspace, {"version", {"show", "churn@7"}, 4, "7", ""});
    check(workspace, {"no previous", {"rollback", "churn"}, 5, "churn", "--to"});
    check(workspace,
          {"feedback column",
           {"feedback", "churn", std::string(MLOPS_EXAMPLES) + "/churn/new_customers.csv"},
           4,
           "id",
           "customer_id"});
  }

  TEST_CASE("a second server on the port is refused with status 7") {
    const Workspace workspace;
    static_cast<void>(
        workspace.mlops_json({"train", std::string(MLOPS_EXAMPLES) + "/churn/customers.csv",
                              "--target", "churned", "--preset", "fast", "--max-trials", "1"}));
    const Serving first(workspace);
    const Finished second = workspace.mlops({"serve", "--port", std::to_string(first.port())});
    CHECK(second.status == 7);
    CHECK(second.err.find(std::to_string(first.port())) != std::string::npos);
    CHECK(second.err.find("--port") != std::string::npos);
  }

  TEST_CASE("bad requests get their status, place and a suggestion") {
    const Workspace workspace;
    static_cast<void>(workspace.mlops_json(
        {"train", std::string(MLOPS_EXAMPLES) + "/churn/customers.csv", "--target", "churned",
         "--name", "churn", "--preset", "fast", "--max-trials", "1"}));
    const Serving serving(workspace);
    struct Request {
      const char* path;
      const char* body;
      int status;
      const char* says;
    };
    for (const Request& request : std::vector<Request>{
             {"/v1/models/churn/predict", "{\"instances\":[{", 400, "line"},
             {"/v1/models/churn/predict", "", 400, ""},
             {"/v1/models/chrun/predict", "{\"instances\":[{}]}", 404, "churn"},
             {"/v1/models/churn/predict", "{\"rows\":1}", 400, "instances"},
             {"/v1/models/churn/predict", "{\"instances\":[{\"tenure_months\":\"many\"}]}", 422,
              "tenure_months"},
             {"/v1/nothing", "{}", 404, ""}}) {
      CAPTURE(request.path);
      CAPTURE(request.body);
      const HttpAnswer answer = serving.post(request.path, request.body);
      CAPTURE(answer.body);
      CHECK(answer.status == request.status);
      CHECK(answer.body.find(request.says) != std::string::npos);
    }
    // Missing and unknown columns are answered with a warning, and counted.
    const HttpAnswer partial = serving.post("/v1/models/churn/predict",
                                            "{\"instances\":[{\"plan\":\"fibre\",\"tenure\":3}]}");
    CHECK(partial.status == 200);
    CHECK(partial.body.find("tenure_months") != std::string::npos);
    CHECK(serving.get("/v1/models/churn/predict").status == 405);
  }
}

}  // namespace mlops::test
