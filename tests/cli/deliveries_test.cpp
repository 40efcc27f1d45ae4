// Poisoned deliveries: quarantined with their cause, or beaten at the gate; the champion stays and
// people are told. docs/retraining.md shows this table.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "data/csv_writer.hpp"
#include "data/reader.hpp"
#include "support/churn.hpp"

namespace mlops::test {
namespace {

data::Table delivery() {
  return data::read_table(example("new_customers.csv")).table;
}

data::TableColumn& column(data::Table& table, const std::string& name) {
  for (data::TableColumn& each : table.columns)
    if (each.name == name) return each;
  throw std::runtime_error("no column " + name);
}

std::string scaled(const char* name, double factor) {
  data::Table table = delivery();
  for (double& value : column(table, name).numbers) value *= factor;
  return data::to_csv(table);
}

/// Outcomes of the row before: the same shares, no relation to the inputs.
std::string permuted() {
  data::Table table = delivery();
  auto& codes = column(table, "churned").codes;
  std::rotate(codes.begin(), codes.begin() + 1, codes.end());
  return data::to_csv(table);
}

std::string without_class(const char* outcome) {
  const data::Table table = delivery();
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.n_rows; ++row)
    if (table.find("churned")->text(row) != outcome) rows.push_back(row);
  return data::to_csv(table.select_rows(rows));
}

/// Three rows in ten come once more instead of others.
std::string with_repeats() {
  const data::Table table = delivery();
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.n_rows; ++row)
    rows.push_back(row % 10 < 3 ? row - row % 10 + 5 + row % 3 : row);
  return data::to_csv(table.select_rows(rows));
}

std::string truncated() {
  const std::string text = data::to_csv(delivery());
  const std::size_t line_end = text.find('\n', text.size() / 2);
  return text.substr(0, line_end + 12);  // within the next record's first fields
}

/// A model whose alerts are appended to alerts.jsonl.
void train_watched(const Workspace& workspace, const std::string& more = {}) {
  train_churn(workspace);
  const std::string hook = fmt::format("cat >> {}", (workspace.path() / "alerts.jsonl").string());
  write_file_atomically(workspace.registry() / "models/churn/model.yaml",
                        fmt::format("notify:\n  - kind: command\n    target: {}\n{}", hook, more));
}

std::string alerts(const Workspace& workspace) {
  const auto file = workspace.path() / "alerts.jsonl";
  return std::filesystem::exists(file) ? read_file(file) : std::string();
}

Json retrain(const Workspace& workspace, const std::string& file) {
  return workspace.mlops_json(
      {"retrain", "churn", "--data", file, "--max-trials", "2"})["models"][0];
}

int champion(const Workspace& workspace) {
  return workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"].get<int>();
}

}  // namespace

TEST_SUITE("cli/deliveries") {
  TEST_CASE("poisoned deliveries never reach the champion, and the alert names the cause") {
    const Workspace workspace;
    train_watched(workspace);
    struct Case {
      const char* name;
      std::string bytes;
      const char* outcome;
      const char* cause;
    };
    const Case cases[] = {
        {"a column x100", scaled("monthly_charge", 100), "not_needed",
         "'monthly_charge' looks multiplied by 100"},
        {"years for months", scaled("tenure_months", 1.0 / 12), "not_needed",
         "'tenure_months' looks divided by 12"},
        {"a class is missing", without_class("yes"), "not_needed", "is 'yes'"},
        {"30 % repeats", with_repeats(), "not_needed", "% of its rows repeat"},
        {"truncated", truncated(), "not_needed", "line"},
        {"another data set", "a,b\n1,2\n3,4\n", "not_needed", "no column signed_up"},
        {"permuted outcomes", permuted(), "kept", "one constant answer"}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      std::filesystem::remove(workspace.path() / "alerts.jsonl");
      workspace.write("delivery.csv", c.bytes);
      const Json outcome = retrain(workspace, "delivery.csv");
      CAPTURE(dump_json(outcome));
      CHECK(outcome["outcome"] == c.outcome);
      CHECK(champion(workspace) == 1);
      const std::string told = alerts(workspace);
      CAPTURE(told);
      CHECK(told.find(c.cause) != std::string::npos);
      MESSAGE(c.name << ": " << outcome["outcome"].get<std::string>() << ", "
                     << (outcome["data"]["quarantined"].empty()
                             ? outcome["sentence"].get<std::string>()
                             : outcome["data"]["quarantined"][0]["reason"].get<std::string>()));
    }
  }

  TEST_CASE("a source is judged once, waits while it is written, and cron hears of it once") {
    const Workspace workspace;
    std::filesystem::create_directory(workspace.path() / "drop");
    train_watched(workspace, fmt::format("retraining:\n  sources: [{}]\n",
                                         (workspace.path() / "drop").string()));
    const auto file = workspace.write("drop/march.csv", scaled("monthly_charge", 100));
    const std::vector<std::string> cron{"retrain", "--all", "--if-needed"};
    const Finished early = workspace.mlops(cron);
    CHECK(early.status == 0);
    CHECK(early.out.empty());
    CHECK(alerts(workspace).empty());
    CHECK(workspace.mlops_json(cron)["models"][0]["data"]["waiting"].size() == 1);

    std::filesystem::last_write_time(
        file, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(1));
    const Finished judged = workspace.mlops(cron);
    CHECK(judged.status == 0);
    CHECK(judged.out.find("multiplied by 100") != std::string::npos);
    const std::string told = alerts(workspace);
    CHECK(told.find("multiplied by 100") != std::string::npos);
    const Finished again = workspace.mlops(cron);
    CHECK(again.out.empty());
    CHECK(alerts(workspace) == told);

    // The same name with other bytes is another delivery.
    workspace.write("drop/march.csv", read_file(example("new_customers.csv")));
    std::filesystem::last_write_time(
        file, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(1));
    const Json dry = workspace.mlops_json({"retrain", "churn", "--if-needed", "--dry-run"});
    CHECK(dry["models"][0]["outcome"] == "dry_run");
    CHECK(dry["models"][0]["data"]["file_rows"] == 1500);
  }

  TEST_CASE("runs that were missed are made up for by one, and a killed run's lock stops nobody") {
    const Workspace workspace;
    std::filesystem::create_directory(workspace.path() / "drop");
    train_watched(workspace, fmt::format("retraining:\n  sources: [{}]\n",
                                         (workspace.path() / "drop").string()));
    const data::Table all = data::read_table(example("after_price_change.csv")).table;
    constexpr std::size_t kMonth = 1000;  // rows
    for (std::size_t month = 0; month < 3; ++month) {
      std::vector<std::size_t> rows(kMonth);
      std::iota(rows.begin(), rows.end(), month * kMonth);
      const auto file = workspace.write(fmt::format("drop/month-{}.csv", month),
                                        data::to_csv(all.select_rows(rows)));
      std::filesystem::last_write_time(
          file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    }
    // What a run leaves that was killed long ago.
    std::filesystem::create_directories(workspace.registry() / "models/.locks");
    write_file_atomically(workspace.registry() / "models/.locks/churn.retrain.lock", "4711\n");
    const std::vector<std::string> cron{"retrain", "--all", "--if-needed", "--max-trials", "2"};
    const Json run = workspace.mlops_json(cron)["models"][0];
    CAPTURE(dump_json(run));
    CHECK(run["outcome"] == "promoted");
    CHECK(run["data"]["file_rows"] == 3 * kMonth);
    CHECK(workspace.mlops_json(cron)["models"][0]["outcome"] == "not_needed");
    CHECK(champion(workspace) == 2);
  }
}

}  // namespace mlops::test
