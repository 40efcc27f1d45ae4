// The loop from end to end on a virtual clock: the world drifts, outcomes come a day late, an alarm
// fires, a challenger is trained and promoted, and performance is back beyond its floor, where the
// model as it was stays below it. docs/retraining.md has the long forms' tables.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "data/csv_writer.hpp"
#include "data/reader.hpp"
#include "support/churn.hpp"
#include "support/shared_data.hpp"

namespace mlops::test {
namespace {

/// A history with a change in it.
struct Story {
  const char* name;
  std::size_t change;  ///< row of the history from which on the world is another one
  const char* step;
  const char* look;
  double floor;
  const char* trials;
};

data::Table rows(const data::Table& table, std::size_t first, std::size_t last) {
  std::vector<std::size_t> numbers(std::min(last, table.n_rows) - first);
  std::iota(numbers.begin(), numbers.end(), first);
  return table.select_rows(numbers);
}

/// The first moment of an alarm at or after a row; empty without one.
Json first_alarm(const Json& document, std::size_t row) {
  for (const Json& alarm : document["alarms"])
    if (alarm["row"].get<std::size_t>() >= row) return alarm;
  return {};
}

/// The first promotion that an alarm triggered, not before a moment (RFC 3339 compares as text).
Json promotion_after(const Json& document, const std::string& moment) {
  for (const Json& run : document["retrains"]) {
    const auto trigger = run["trigger"].get<std::string>();
    const bool by_alarm = trigger.starts_with("performance") || trigger.starts_with("drift");
    if (run["verdict"] == "promoted" && by_alarm && run["t"].get<std::string>() >= moment)
      return run;
  }
  return {};
}

/// Score of the windows that begin after a moment; windows hold about the same number of rows.
double score_after(const Json& document, const std::string& moment, const char* whose) {
  double sum = 0;
  int n = 0;
  for (const Json& window : document["windows"]) {
    if (window["from"].get<std::string>() < moment) continue;
    sum += window[whose]["value"].get<double>();
    ++n;
  }
  return n > 0 ? sum / n : 0;
}

/// Requires: model "m" and history.csv are in the workspace.
void check_recovery(const Workspace& workspace, const Story& story) {
  workspace.write("policy.yaml", fmt::format("monitoring: {{floor: {}}}\n", story.floor));
  const Json document = workspace.mlops_json(
      {"backtest", "m", "history.csv", "--step", story.step, "--look", story.look, "--label-delay",
       "1d", "--retrain", "--policy", "policy.yaml", "--max-trials", story.trials});
  const Json alarm = first_alarm(document, story.change);
  REQUIRE(alarm.is_object());
  const auto fired = alarm["t"].get<std::string>();
  const Json promotion = promotion_after(document, fired);
  CAPTURE(dump_json(document["retrains"]));
  REQUIRE(promotion.is_object());
  CHECK(promotion["row"].get<std::size_t>() > story.change);

  const auto promoted = promotion["t"].get<std::string>();
  const double frozen = score_after(document, promoted, "frozen");
  const double live = score_after(document, promoted, "live");
  const auto metric = document["summary"]["live"]["metric"].get<std::string>();
  MESSAGE(std::string(story.name) << ": change at row " << story.change << ", alarm ("
                                  << alarm["rule"] << ") at row " << alarm["row"]
                                  << ", promotion at row " << promotion["row"] << "; " << metric
                                  << " from then on " << live << ", as it was " << frozen
                                  << ", floor " << story.floor);
  const bool higher_is_better = metric != "rmse";
  CHECK((higher_is_better ? frozen < story.floor : frozen > story.floor));
  CHECK((higher_is_better ? live > story.floor : live < story.floor));
}

void train(const Workspace& workspace, const data::Table& table, const char* target,
           const std::vector<std::string>& options) {
  workspace.write("train.csv", data::to_csv(table));
  std::vector<std::string> arguments{"train",  "train.csv", "--target", target,
                                     "--name", "m",         "--preset", "fast"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  static_cast<void>(workspace.mlops_json(arguments));
}

}  // namespace

TEST_SUITE("cli/recovery") {
  TEST_CASE("customers after a price change: alarm, retraining, promotion, recovery") {
    const Workspace workspace;
    train(workspace, data::read_table(example("customers.csv")).table, "churned",
          {"--max-trials", "3"});
    data::Table history = data::read_table(example("new_customers.csv")).table;
    history = rows(history, history.n_rows - 300, history.n_rows);
    history.append(data::read_table(example("after_price_change.csv")).table);
    workspace.write("history.csv", data::to_csv(history));
    check_recovery(workspace, {"churn", 300, "5m", "12h", 0.72, "2"});
  }

  TEST_CASE("electricity after the markets are connected: alarm, retraining, recovery") {
    if (!shared_data_available("elec2/data.csv")) return;
    const Workspace workspace;
    const data::Table all = data::read_table(shared_data_root() / "elec2/data.csv").table;
    train(workspace, rows(all, 0, all.n_rows / 5), "class",
          {"--drop", "date", "--keep", "vicprice", "--keep", "vicdemand", "--keep", "transfer",
           "--max-trials", "2"});
    workspace.write("history.csv", data::to_csv(rows(all, 14'500, 20'500)));
    check_recovery(workspace, {"elec2", 17'424 - 14'500, "30m", "4d", 0.74, "2"});
  }

  TEST_CASE("bicycles in a second winter: alarm, retraining, recovery") {
    if (!shared_data_available("bike-sharing-hourly/data.csv")) return;
    const Workspace workspace;
    const data::Table all =
        data::read_table(shared_data_root() / "bike-sharing-hourly/data.csv").table;
    train(workspace, rows(all, 0, 3600), "cnt",
          {"--drop", "instant", "--drop", "casual", "--drop", "registered", "--drop", "dteday",
           "--drop", "yr", "--max-trials", "4"});
    // From January 2012 on; the model has seen January to May 2011.
    workspace.write("history.csv", data::to_csv(rows(all, 8'645, 10'245)));
    check_recovery(workspace, {"bike-sharing-hourly", 0, "1h", "1d", 92, "3"});
  }
}

}  // namespace mlops::test
