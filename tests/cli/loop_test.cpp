// The whole loop on real data, as the contract promises it: train, serve, predict, feed back,
// monitor, restart.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <csignal>

#include "data/reader.hpp"
#include "support/cli.hpp"
#include "support/shared_data.hpp"

namespace mlops::test {
namespace {

/// A real set and what is known of it.
struct RealSet {
  const char* file;
  const char* target;
  const char* task;
  std::vector<std::string> flags;
  /// The model's loss must be below this share of the dummy's.
  double loss_share;
};

// Shares: about halfway between the dummy and the references of scikit-learn and XGBoost.
const RealSet kTelco{"telco-churn/data.csv", "Churn", "binary", {}, 0.80};
const RealSet kBike{"bike-sharing-hourly/data.csv",
                    "cnt",
                    "regression",
                    {"--drop", "casual", "--drop", "registered"},
                    0.45};
const RealSet kPenguins{"penguins/data.csv", "species", "multiclass", {}, 0.30};

Json train(const Workspace& workspace, const RealSet& set) {
  std::vector<std::string> arguments{"train",        (shared_data_root() / set.file).string(),
                                     "--target",     set.target,
                                     "--name",       "real",
                                     "--preset",     "fast",
                                     "--max-trials", "4"};
  arguments.insert(arguments.end(), set.flags.begin(), set.flags.end());
  return workspace.mlops_json(arguments);
}

/// The first rows of the set as a prediction request whose ids are row-<number>.
struct Requests {
  std::vector<Json> instances;
  std::vector<std::string> truths;
};

Requests requests_from(const RealSet& set, std::size_t n) {
  const auto read = data::read_table(shared_data_root() / set.file);
  Requests requests;
  for (std::size_t row = 0; row < std::min(n, read.table.n_rows); ++row) {
    Json instance{{"id", fmt::format("row-{}", row)}};
    for (const data::TableColumn& column : read.table.columns) {
      if (column.name == set.target) continue;
      instance[column.name] = column.is_missing(row) ? Json(nullptr)
                              : column.numeric       ? Json(column.numbers[row])
                                                     : Json(column.text(row));
    }
    requests.instances.push_back(std::move(instance));
    requests.truths.push_back(read.table.find(set.target)->text(row));
  }
  return requests;
}

/// Sends in batches of 100 and returns all predictions in order.
std::vector<Json> predict_over_http(const Serving& serving, const Requests& requests) {
  std::vector<Json> predictions;
  for (std::size_t first = 0; first < requests.instances.size(); first += 100) {
    Json batch = Json::array();
    for (std::size_t i = first; i < std::min(first + 100, requests.instances.size()); ++i)
      batch.push_back(requests.instances[i]);
    const HttpAnswer answer =
        serving.post("/v1/models/real/predict", dump_json({{"instances", batch}}));
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    const Json document = answer.json();
    for (const Json& prediction : document["predictions"]) predictions.push_back(prediction);
  }
  return predictions;
}

std::vector<Json> predict_offline(const Workspace& workspace, const RealSet& set, std::size_t n) {
  const Finished finished =
      workspace.mlops({"predict", "real", (shared_data_root() / set.file).string(), "--json"});
  CAPTURE(finished.err);
  REQUIRE(finished.status == 0);
  std::vector<Json> predictions;
  std::size_t start = 0;
  while (predictions.size() < n && start < finished.out.size()) {
    const std::size_t end = finished.out.find('\n', start);
    predictions.push_back(parse_json(finished.out.substr(start, end - start), "stdout"));
    start = end + 1;
  }
  return predictions;
}

/// HTTP's and the command line's answers agree to the last digit.
void check_equal(const Json& online, const Json& offline) {
  CHECK(online["prediction"] == offline["prediction"]);
  if (online.contains("probabilities")) {
    for (const auto& [label, probability] : online["probabilities"].items())
      CHECK(probability == offline["probability_" + label]);
  } else {
    CHECK(online["interval"][0] == offline["lower"]);
    CHECK(online["interval"][1] == offline["upper"]);
  }
}

std::string feedback_csv(const Requests& requests) {
  std::string text = "id,actual\n";
  for (std::size_t i = 0; i < requests.truths.size(); ++i)
    text += fmt::format("row-{},{}\n", i, requests.truths[i]);
  return text;
}

/// Accuracy or RMSE of the answers, counted by hand.
double score_by_hand(const std::vector<Json>& predictions, const Requests& requests) {
  double sum = 0;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const Json& answer = predictions[i]["prediction"];
    if (answer.is_string()) {
      sum += answer.get<std::string>() == requests.truths[i] ? 1 : 0;
    } else {
      const double error = answer.get<double>() - std::stod(requests.truths[i]);
      sum += error * error;
    }
  }
  const double mean = sum / static_cast<double>(predictions.size());
  return predictions[0]["prediction"].is_string() ? mean : std::sqrt(mean);
}

void check_loop(const RealSet& set) {
  if (!shared_data_available(set.file)) return;
  const Workspace workspace;
  const Json trained = train(workspace, set);
  CHECK(trained["task"] == set.task);
  CHECK(trained["deployed"] == true);
  const double model = trained["metric"]["value"].get<double>();
  const double dummy = trained["dummy"]["value"].get<double>();
  CAPTURE(model);
  CAPTURE(dummy);
  CHECK(model < set.loss_share * dummy);

  constexpr std::size_t kRows = 1000;
  const Requests requests = requests_from(set, kRows);
  std::vector<Json> online;
  {
    Serving serving(workspace);
    online = predict_over_http(serving, requests);
    serving.process().signal(SIGTERM);
    CHECK(serving.process().wait() == 0);
  }
  const std::vector<Json> offline = predict_offline(workspace, set, online.size());
  REQUIRE(offline.size() == online.size());
  for (std::size_t i = 0; i < online.size(); ++i) {
    CAPTURE(i);
    check_equal(online[i], offline[i]);
  }
  {
    const Serving restarted(workspace);
    CHECK(predict_over_http(restarted, {{requests.instances[0]}, {}})[0]["prediction"] ==
          online[0]["prediction"]);
  }

  workspace.write("outcomes.csv", feedback_csv(requests));
  const Json accepted = workspace.mlops_json({"feedback", "real", "outcomes.csv"});
  CHECK(accepted["accepted"] == requests.truths.size());
  CHECK(workspace.mlops_json({"feedback", "real", "outcomes.csv"})["duplicate"] ==
        requests.truths.size());
  const Json health = workspace.mlops_json({"monitor", "real"})["models"][0];
  const Json& realized = health["performance"]["realized"];
  CHECK(realized["n"] == requests.truths.size());
  CHECK(realized["value"].get<double>() ==
        doctest::Approx(score_by_hand(online, requests)).epsilon(1e-12));
  CHECK(health["volume"]["total"].get<std::size_t>() >= online.size());
}

}  // namespace

TEST_SUITE("cli/loop") {
  TEST_CASE("telco churn goes round the loop: binary, blanks as missing") {
    check_loop(kTelco);
  }
  TEST_CASE("bike sharing goes round the loop: regression with dates") {
    check_loop(kBike);
  }
  TEST_CASE("penguins go round the loop: three classes") {
    check_loop(kPenguins);
  }

  TEST_CASE("odd column names survive training, requests and answers") {
    if (!shared_data_available("penguins/penguins_raw.csv")) return;
    const Workspace workspace;
    const RealSet raw{"penguins/penguins_raw.csv", "Species", "multiclass", {}, 0.5};
    CHECK(train(workspace, raw)["task"] == "multiclass");
    const Requests requests = requests_from(raw, 20);
    const Serving serving(workspace);
    const auto online = predict_over_http(serving, requests);
    const auto offline = predict_offline(workspace, raw, online.size());
    for (std::size_t i = 0; i < online.size(); ++i) check_equal(online[i], offline[i]);
  }
}

}  // namespace mlops::test
