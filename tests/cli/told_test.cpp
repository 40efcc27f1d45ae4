// What people are told of trouble outside of monitoring, each through a webhook. Alerts of
// monitoring: tests/unit/workflow/alerts_test.cpp; a rollback: retrain_test.cpp.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>

#include "data/csv_writer.hpp"
#include "data/reader.hpp"
#include "support/churn.hpp"
#include "support/told.hpp"

namespace mlops::test {
namespace {

/// New customers whose charges are in cents.
std::string in_cents() {
  data::Table table = data::read_table(example("new_customers.csv")).table;
  for (data::TableColumn& column : table.columns)
    if (column.name == "monthly_charge")
      for (double& value : column.numbers) value *= 100;
  return data::to_csv(table);
}

std::string with_one_outcome() {
  const data::Table table = data::read_table(example("customers.csv")).table;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < 300; ++row)
    if (table.find("churned")->text(row) == "no") rows.push_back(row);
  return data::to_csv(table.select_rows(rows));
}

}  // namespace

TEST_SUITE("cli/told") {
  TEST_CASE("trouble outside of monitoring reaches a webhook with cause, evidence, what next") {
    const Workspace workspace;
    train_churn(workspace);
    struct Case {
      const char* name;
      std::string data;
      std::vector<std::string> arguments;
      const char* rule;
      const char* severity;
      std::vector<const char*> said;
      std::function<void(const Workspace&)> prepare = {};
    };
    const Case cases[] = {
        {"a training that fails",
         with_one_outcome(),
         {"train", "data.csv", "--target", "churned", "--name", "churn"},
         "failure",
         "warning",
         {"training of churn failed: ", "the current champion stays"}},
        {"a delivery in another unit",
         in_cents(),
         {"retrain", "churn", "--data", "data.csv", "--max-trials", "1"},
         "delivery",
         "warning",
         {"data.csv", "'monthly_charge' looks multiplied by 100", "it is not learnt from"}},
        {"a delivery of another table",
         "a,b\n1,2\n",
         {"retrain", "churn", "--data", "data.csv", "--max-trials", "1"},
         "delivery",
         "warning",
         {"data.csv", "no column", "it is not learnt from"}},
        // The last one: nothing can be done with the model afterwards.
        {"a retraining that fails",
         read_file(example("new_customers.csv")),
         {"retrain", "churn", "--data", "data.csv", "--max-trials", "1"},
         "failure",
         "warning",
         {"retraining of churn failed: ", "model.bin", "the current champion stays"},
         [](const Workspace& place) {
           write_file_atomically(place.registry() / "models/churn/versions/1/model.bin", "x");
         }}};
    for (const Case& c : cases) {
      const std::string name = c.name;
      CAPTURE(name);
      const Receiver receiver({200});
      write_file_atomically(
          workspace.registry() / "models/churn/model.yaml",
          fmt::format("notify:\n  - {{kind: webhook, target: '{}'}}\n", receiver.url("/hook")));
      workspace.write("data.csv", c.data);
      if (c.prepare) c.prepare(workspace);
      const Finished finished = workspace.mlops(c.arguments);
      CAPTURE(finished.err);
      const std::vector<Json> told = told_to(receiver);
      REQUIRE(told.size() == 1);
      MESSAGE(told[0]["message"].get<std::string>()
              << "\n  next: " << told[0]["next_command"].get<std::string>());
      check_is_for_people(told[0], "churn");
      CHECK(told[0]["rule"] == c.rule);
      CHECK(told[0]["severity"] == c.severity);
      CHECK(told[0]["status"] == "firing");
      for (const char* words : c.said)
        CHECK(told[0]["message"].get<std::string>().find(words) != std::string::npos);
    }
  }
}

}  // namespace mlops::test
