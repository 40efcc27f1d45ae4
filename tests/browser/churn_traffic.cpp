#include "browser/churn_traffic.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "data/reader.hpp"

namespace mlops::test {
namespace {

constexpr std::size_t kBatch = 250;

}  // namespace

Customers read_customers(const std::string& file, std::size_t n) {
  const auto read = data::read_table(std::filesystem::path(MLOPS_EXAMPLES) / "churn" / file);
  Customers customers;
  for (std::size_t row = 0; row < std::min(n, read.table.n_rows); ++row) {
    Json instance = Json::object();
    for (const data::TableColumn& column : read.table.columns) {
      if (column.name == "churned") continue;
      const Json value = column.is_missing(row) ? Json(nullptr)
                         : column.numeric       ? Json(column.numbers[row])
                                                : Json(column.text(row));
      instance[column.name == "customer_id" ? "id" : column.name] = value;
    }
    instance["id"] = file + "-" + std::to_string(row);
    customers.instances.push_back(std::move(instance));
    customers.outcomes.push_back(read.table.find("churned")->text(row));
  }
  return customers;
}

void send_customers(const Serving& serving, const Customers& customers) {
  for (std::size_t first = 0; first < customers.instances.size(); first += kBatch) {
    Json batch = Json::array();
    for (std::size_t i = first; i < std::min(first + kBatch, customers.instances.size()); ++i)
      batch.push_back(customers.instances[i]);
    const HttpAnswer answer =
        serving.post("/v1/models/churn/predict", dump_json({{"instances", batch}}));
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
  }
}

void report_outcomes(const Serving& serving, const Customers& customers, std::size_t n) {
  Json items = Json::array();
  for (std::size_t i = 0; i < std::min(n, customers.outcomes.size()); ++i)
    items.push_back({{"id", customers.instances[i]["id"]}, {"actual", customers.outcomes[i]}});
  const HttpAnswer answer =
      serving.post("/v1/models/churn/feedback", dump_json({{"feedback", items}}));
  CAPTURE(answer.body);
  REQUIRE(answer.status == 200);
}

void train_churn(const Workspace& workspace, std::vector<std::string> more) {
  std::vector<std::string> arguments{
      "train",        (std::filesystem::path(MLOPS_EXAMPLES) / "churn" / "customers.csv").string(),
      "--target",     "churned",
      "--preset",     "fast",
      "--max-trials", "2"};
  if (std::find(more.begin(), more.end(), "--name") == more.end())
    arguments.insert(arguments.end(), {"--name", "churn"});
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Finished trained = workspace.mlops(arguments);
  CAPTURE(trained.err);
  REQUIRE(trained.status == 0);
}

}  // namespace mlops::test
