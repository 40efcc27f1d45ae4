// History through the live loop on a virtual clock: alarms where the world changed, silence where
// it did not, and what retraining would have gained. The long forms on whole data sets are in
// tests/bench/backtest.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "data/csv_writer.hpp"
#include "data/reader.hpp"
#include "support/churn.hpp"

namespace mlops::test {
namespace {

data::Table read(const std::filesystem::path& file) {
  return data::read_table(file).table;
}

data::Table rows(const data::Table& table, std::size_t first, std::size_t last) {
  std::vector<std::size_t> numbers(std::min(last, table.n_rows) - first);
  std::iota(numbers.begin(), numbers.end(), first);
  return table.select_rows(numbers);
}

data::Table shuffled(const data::Table& table) {
  std::vector<std::size_t> numbers(table.n_rows);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  Random random(7);
  random.shuffle(std::span(numbers));
  return table.select_rows(numbers);
}

void write_table(const Workspace& workspace, const char* name, const data::Table& table) {
  workspace.write(name, data::to_csv(table));
}

/// 1,500 customers of the world that churn@1 knows, then 3,000 of another one.
data::Table churn_history() {
  data::Table history = read(example("new_customers.csv"));
  history.append(read(example("after_price_change.csv")));
  return history;
}

Json backtest(const Workspace& workspace, const std::string& model, const std::string& file,
              std::vector<std::string> options) {
  options.insert(options.begin(), {"backtest", model, file, "--max-trials", "2"});
  return workspace.mlops_json(options);
}

double value(const Json& score) {
  return score["value"].get<double>();
}

/// One line a run, so that the figures are in the test's output.
void print(const char* name, const Json& document) {
  const Json& summary = document["summary"];
  MESSAGE(name << ": " << document["rows"] << " rows in " << document["seconds"] << " s, alarms "
               << summary["alarms"] << ", retrainings " << document["retrains"].size()
               << ", frozen " << value(summary["frozen"]) << ", live " << value(summary["live"]));
}

/// The names and bytes of everything below a directory, but for what reading leaves beside a
/// database.
std::string fingerprint(const std::filesystem::path& root) {
  std::vector<std::string> lines;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string path = entry.path().string();
    if (entry.is_regular_file() && !path.ends_with("-wal") && !path.ends_with("-shm"))
      lines.push_back(path + " " + sha256_hex(read_file(entry.path())));
  }
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

TEST_SUITE("cli/backtest") {
  TEST_CASE("a price change is found soon, retraining gains, and the registry stays untouched") {
    const Workspace workspace;
    train_churn(workspace);
    write_table(workspace, "history.csv", churn_history());
    const std::string before = fingerprint(workspace.registry());

    const Json frozen = backtest(workspace, "churn", "history.csv",
                                 {"--step", "5m", "--look", "6h", "--drift-at", "1500"});
    print("churn, price change at 1500", frozen);
    CHECK(frozen["schema"] == "mlops/backtest/v1");
    CHECK(frozen["rows"] == 4500);
    CHECK(frozen["summary"]["false_alarms"] == 0);
    CHECK(frozen["summary"]["missed"] == 0);
    CHECK(frozen["summary"]["mean_delay_rows"].get<double>() < 1000);
    CHECK(value(frozen["summary"]["live"]) == value(frozen["summary"]["frozen"]));
    CHECK(frozen["retrains"].empty());
    std::size_t n_rows = 0;
    for (const Json& window : frozen["windows"]) n_rows += window["rows"].get<std::size_t>();
    CHECK(n_rows == 4500);

    const Json retrained =
        backtest(workspace, "churn", "history.csv", {"--step", "5m", "--look", "6h", "--retrain"});
    print("the same with retraining", retrained);
    CHECK(value(retrained["summary"]["frozen"]) == value(frozen["summary"]["frozen"]));
    CHECK(value(retrained["summary"]["live"]) > value(retrained["summary"]["frozen"]));
    bool promoted = false;
    for (const Json& run : retrained["retrains"]) promoted |= run["verdict"] == "promoted";
    CHECK(promoted);
    CHECK(fingerprint(workspace.registry()) == before);
  }

  TEST_CASE("the same rows in any order are silent, and late truth only delays") {
    const Workspace workspace;
    train_churn(workspace);
    write_table(workspace, "known.csv", shuffled(read(example("new_customers.csv"))));
    const Json silent = backtest(workspace, "churn", "known.csv",
                                 {"--step", "10m", "--look", "12h", "--drift-at", "none"});
    print("churn, the known world", silent);
    CHECK(silent["summary"]["alarms"] == 0);
    CHECK(silent["summary"]["false_alarms"] == 0);
    const Json late = backtest(workspace, "churn", "known.csv",
                               {"--step", "10m", "--look", "12h", "--label-delay", "2d"});
    CHECK(late["summary"]["frozen"] == silent["summary"]["frozen"]);
    CHECK(late["rows_without_truth"] == 0);
  }

  TEST_CASE("a history that ends soon after midnight is not one that fell silent") {
    const Workspace workspace;
    train_churn(workspace);
    const data::Table once = read(example("new_customers.csv"));
    data::Table known = once;
    for (int i = 0; i < 2; ++i) known.append(once);
    // 480 rows a day: eight whole days and thirty rows of the ninth.
    write_table(workspace, "known.csv", shuffled(rows(known, 0, 8 * 480 + 30)));
    const Json cut = backtest(workspace, "churn", "known.csv", {"--step", "3m", "--look", "24h"});
    print("churn, eight days and an hour and a half", cut);
    CHECK(cut["rows"] == 8 * 480 + 30);
    for (const Json& alarm : cut["alarms"]) {
      CAPTURE(alarm);
      CHECK(alarm["rule"] != "volume");
      CHECK(alarm["rule"] != "silence");
    }
  }

  TEST_CASE("what does not fit is named") {
    const Workspace workspace;
    train_churn(workspace);
    write_table(workspace, "history.csv", rows(read(example("new_customers.csv")), 0, 50));
    workspace.write("unlabelled.csv", "plan,tenure_months\nbasic,3\nplus,4\n");
    workspace.write("bad.yaml", "retraining: {cooldwn: 1h}\n");
    struct Case {
      const char* name;
      std::vector<std::string> arguments;
      int status;
      const char* said;
    };
    const Case cases[] = {
        {"no such model", {"backtest", "chrn", "history.csv"}, 4, "churn"},
        {"no such file", {"backtest", "churn", "absent.csv"}, 4, "absent.csv"},
        {"no such column",
         {"backtest", "churn", "history.csv", "--time-column", "signedup"},
         4,
         "signed_up"},
        {"no truth", {"backtest", "churn", "unlabelled.csv"}, 4, "churned"},
        {"no time", {"backtest", "churn", "history.csv", "--time-column", "plan"}, 3, "not a time"},
        {"no moment", {"backtest", "churn", "history.csv", "--drift-at", "99"}, 2, "99"},
        {"no policy", {"backtest", "churn", "history.csv", "--policy", "p.yaml"}, 4, "p.yaml"},
        {"a bad policy",
         {"backtest", "churn", "history.csv", "--policy", "bad.yaml"},
         2,
         "cooldown"}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const Finished finished = workspace.mlops(c.arguments);
      CAPTURE(finished.err);
      CHECK(finished.status == c.status);
      CHECK(finished.out.empty());
      CHECK(finished.err.find(c.said) != std::string::npos);
    }
  }

  TEST_CASE("people get a table of periods and a timeline, pipes get tabs") {
    const Workspace workspace;
    train_churn(workspace);
    write_table(workspace, "history.csv", rows(churn_history(), 1200, 2400));
    const Finished finished =
        workspace.mlops({"backtest", "churn", "history.csv", "--time-column", "signed_up"});
    CAPTURE(finished.err);
    CHECK(finished.status == 0);
    CHECK(finished.out.find("backtest\tchurn@1\n") != std::string::npos);
    CHECK(finished.out.find("from\trows\tas it was\twhat happened\n") != std::string::npos);
    CHECK(finished.out.find('\x1b') == std::string::npos);
  }
}

}  // namespace mlops::test
