// Real histories through the alarms: each fires where its README says that the world changed, and
// the same rows in random order are silent. Parts of the sets and one order; all of their rows and
// more orders: tests/bench/backtest/run.py.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <sstream>

#include "base/random.hpp"
#include "data/csv_writer.hpp"
#include "data/reader.hpp"
#include "support/cli.hpp"
#include "support/shared_data.hpp"

namespace mlops::test {
namespace {

data::Table rows(const data::Table& table, std::size_t first, std::size_t last) {
  std::vector<std::size_t> numbers(std::min(last, table.n_rows) - first);
  std::iota(numbers.begin(), numbers.end(), first);
  return table.select_rows(numbers);
}

data::Table shuffled(const data::Table& table, std::uint64_t seed) {
  std::vector<std::size_t> numbers(table.n_rows);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  Random random(seed);
  random.shuffle(std::span(numbers));
  return table.select_rows(numbers);
}

data::Table with(data::Table table, const data::Table& more) {
  table.append(more);
  return table;
}

data::Table read(const char* file) {
  return data::read_table(shared_data_root() / file).table;
}

/// What is trained on and what is streamed, the first row of another world, and what must say so.
struct History {
  const char* name;
  const char* file;
  const char* target;
  std::vector<std::string> flags;
  const char* step;
  std::function<std::pair<data::Table, data::Table>()> parts;
  std::size_t change;              ///< row of the history
  std::size_t soon;                ///< rows after it by which it is told
  std::set<std::string> subjects;  ///< of which alarms one at least is told by then
  std::size_t n_silent;            ///< rows streamed of the shuffled ones
};

const History kElec2{
    "elec2, markets connected",
    "elec2/data.csv",
    "class",
    {"--drop", "date", "--keep", "vicprice", "--keep", "vicdemand", "--keep", "transfer"},
    "30m",
    [] {
      const data::Table all = read("elec2/data.csv");
      return std::pair(rows(all, 0, all.n_rows / 5), rows(all, 15'424, 17'924));
    },
    2000,
    100,
    {"vicprice", "vicdemand", "transfer"},
    1500};

const History kBike{
    "bike-sharing-hourly, the summer after a spring",
    "bike-sharing-hourly/data.csv",
    "cnt",
    {"--drop", "instant", "--drop", "casual", "--drop", "registered", "--drop", "dteday"},
    "1h",
    [] {
      const data::Table all = read("bike-sharing-hourly/data.csv");
      return std::pair(rows(all, 0, 3602), rows(all, 3602, 4100));
    },
    0,
    100,
    {"rmse"},
    400};

const History kBeijing{"beijing-pm25, a winter after a whole year",
                       "beijing-pm25/data.csv",
                       "pm2.5",
                       {"--drop", "No", "--drop", "year"},
                       "1h",
                       [] {
                         const data::Table all = read("beijing-pm25/data.csv");
                         return std::pair(rows(all, 0, 8760), rows(all, 8760, 9160));
                       },
                       0,
                       100,
                       {"TEMP", "DEWP", "PRES"},
                       400};

const History kWine{"wine, red after white",
                    "wine-quality/red.csv",
                    "quality",
                    {"--task", "regression"},
                    "5m",
                    [] {
                      const data::Table white = shuffled(read("wine-quality/data.csv"), 1);
                      const data::Table red = read("wine-quality/red.csv");
                      return std::pair(rows(white, 0, 2400),
                                       with(rows(white, 2400, 3600), rows(red, 0, 300)));
                    },
                    1200,
                    200,
                    {"volatile acidity", "total sulfur dioxide", "chlorides", "density"},
                    1200};

Json backtest(const Workspace& workspace, const History& history, const data::Table& past,
              const data::Table& future) {
  workspace.write("train.csv", data::to_csv(past));
  workspace.write("history.csv", data::to_csv(future));
  std::vector<std::string> arguments{"train", "train.csv", "--target", history.target, "--name",
                                     "m",     "--preset",  "fast",     "--max-trials", "1"};
  arguments.insert(arguments.end(), history.flags.begin(), history.flags.end());
  static_cast<void>(workspace.mlops_json(arguments));
  return workspace.mlops_json(
      {"backtest", "m", "history.csv", "--step", history.step, "--look", "1d"});
}

std::string told(const Json& document) {
  std::string text =
      fmt::format("{} rows, {} {:.3f}, {} alarms", document["rows"].get<int>(),
                  document["summary"]["frozen"]["metric"].get<std::string>(),
                  document["summary"]["frozen"]["value"].get<double>(), document["alarms"].size());
  for (const Json& alarm : document["alarms"])
    text += fmt::format("\n  row {} {} {}", alarm["row"].get<int>(),
                        alarm["rule"].get<std::string>(), alarm["subject"].get<std::string>());
  return text;
}

void check_fires(const History& history) {
  if (!shared_data_available(history.file)) return;
  const Workspace workspace;
  const auto [past, future] = history.parts();
  const Json document = backtest(workspace, history, past, future);
  MESSAGE(std::string(history.name)
          << ", change at row " << history.change << ": " << told(document));
  std::size_t n_soon = 0;
  for (const Json& alarm : document["alarms"]) {
    if (!history.subjects.contains(alarm["subject"].get<std::string>())) continue;
    const auto row = alarm["row"].get<std::size_t>();
    CHECK(row >= history.change);
    n_soon += row < history.change + history.soon ? 1 : 0;
  }
  CHECK(n_soon > 0);
}

void check_silent(const History& history) {
  if (!shared_data_available(history.file)) return;
  const Workspace workspace;
  const auto [past, future] = history.parts();
  const data::Table all = shuffled(with(past, future), 7);
  const Json document = backtest(workspace, history, rows(all, 0, past.n_rows),
                                 rows(all, past.n_rows, past.n_rows + history.n_silent));
  MESSAGE(std::string(history.name) << ", shuffled: " << told(document));
  CHECK(document["alarms"].empty());
}

/// The lines of bike-sharing-hourly's table before and from a moment on, up to another, with the
/// hour of each as a time: the set has a date and a number of the hour.
std::pair<std::string, std::string> bike_months(const std::string& moment, const std::string& end) {
  std::string text = read_file(shared_data_root() / "bike-sharing-hourly/data.csv");
  std::erase(text, '\r');
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const std::string header = line + ",time\n";
  std::pair<std::string, std::string> parts{header, header};
  while (std::getline(lines, line)) {
    std::vector<std::string> cells;
    std::istringstream fields(line);
    for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
    const std::string time = fmt::format("{}T{:02}:00:00Z", cells.at(1), std::stoi(cells.at(5)));
    if (time >= end) break;
    (time < moment ? parts.first : parts.second) += fmt::format("{},{}\n", line, time);
  }
  return parts;
}

}  // namespace

TEST_SUITE("cli/history") {
  TEST_CASE("bicycles by month: the alarm comes in the first month after the model's spring") {
    if (!shared_data_available("bike-sharing-hourly/data.csv")) return;
    const Workspace workspace;
    const auto [spring, summer] = bike_months("2011-06-01", "2011-09-01");
    workspace.write("train.csv", spring);
    workspace.write("history.csv", summer);
    static_cast<void>(workspace.mlops_json(
        {"train",  "train.csv",    "--target", "cnt",    "--name",  "m",      "--preset",
         "fast",   "--max-trials", "1",        "--drop", "instant", "--drop", "casual",
         "--drop", "registered",   "--drop",   "dteday", "--drop",  "time"}));
    const Json document = workspace.mlops_json(
        {"backtest", "m", "history.csv", "--time-column", "time", "--by", "month", "--look", "1d"});
    MESSAGE("bike-sharing-hourly by month: " << told(document));
    std::vector<std::string> months;
    std::vector<int> n_rows;
    for (const Json& window : document["windows"]) {
      months.push_back(window["from"].get<std::string>().substr(0, 10));
      n_rows.push_back(window["rows"].get<int>());
      MESSAGE(months.back() << ": rmse " << window["frozen"]["value"].get<double>());
    }
    CHECK(months == std::vector<std::string>{"2011-06-01", "2011-07-01", "2011-08-01"});
    CHECK(n_rows == std::vector<int>{720, 744, 731});
    const auto in_june = [](const Json& alarm) {
      return alarm["rule"] == "performance" && alarm["t"].get<std::string>() < "2011-07-01";
    };
    CHECK(std::any_of(document["alarms"].begin(), document["alarms"].end(), in_june));
    for (const Json& alarm : document["alarms"]) CHECK(alarm["subject"] != "weekday");
  }

  TEST_CASE("columns that were constant come alive when the markets are connected") {
    check_fires(kElec2);
  }
  TEST_CASE("a model of spring is told to be wrong about the summer") {
    check_fires(kBike);
  }
  TEST_CASE("a winter is told from the year it is compared with") {
    check_fires(kBeijing);
  }
  TEST_CASE("red wine is told from white as soon as it comes, and not before") {
    check_fires(kWine);
  }
  TEST_CASE("shuffled electricity is silent") {
    check_silent(kElec2);
  }
  TEST_CASE("shuffled bicycle hours are silent") {
    check_silent(kBike);
  }
  TEST_CASE("shuffled hours of Beijing's air are silent") {
    check_silent(kBeijing);
  }
  TEST_CASE("shuffled wine is silent") {
    check_silent(kWine);
  }
}

}  // namespace mlops::test
