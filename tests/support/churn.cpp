#include "support/churn.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

#include "data/reader.hpp"

namespace mlops::test {

std::string example(const std::string& file) {
  return std::string(MLOPS_EXAMPLES) + "/churn/" + file;
}

void train_churn(const Workspace& workspace) {
  static_cast<void>(
      workspace.mlops_json({"train", example("customers.csv"), "--target", "churned", "--name",
                            "churn", "--preset", "fast", "--max-trials", "3"}));
}

std::vector<std::string> customer_requests(const std::string& file, std::size_t n) {
  constexpr std::size_t kBatch = 200;
  const data::Table table = data::read_table(example(file)).table;
  std::vector<std::string> requests;
  Json batch = Json::array();
  n = std::min(n, table.n_rows);
  for (std::size_t row = 0; row < n; ++row) {
    Json instance = Json::object();
    for (const data::TableColumn& column : table.columns) {
      if (column.name == "churned") continue;
      const std::string name = column.name == "customer_id" ? "id" : column.name;
      instance[name] = column.is_missing(row) ? Json(nullptr)
                       : column.numeric       ? Json(column.numbers[row])
                                              : Json(column.text(row));
    }
    batch.push_back(std::move(instance));
    if (batch.size() < kBatch && row + 1 < n) continue;
    requests.push_back(dump_json({{"instances", batch}}));
    batch = Json::array();
  }
  return requests;
}

void serve_customers(const Workspace& workspace, const std::string& file, std::size_t n) {
  Serving serving(workspace);
  for (const std::string& body : customer_requests(file, n))
    CHECK(serving.post("/v1/models/churn/predict", body).status == 200);
  serving.process().signal(SIGTERM);
  CHECK(serving.process().wait() == 0);
}

Json feed_back(const Workspace& workspace, const std::string& file) {
  return workspace.mlops_json({"feedback", "churn", example(file), "--id-column", "customer_id"});
}

}  // namespace mlops::test
