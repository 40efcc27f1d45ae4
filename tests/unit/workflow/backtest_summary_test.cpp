#include "workflow/backtest_summary.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace mlops::workflow {

TEST_SUITE("workflow/backtest_summary") {
  TEST_CASE("accuracy and RMSE come from the losses that are known") {
    const std::vector<double> losses{0, 1, std::nan(""), 1, 0};
    CHECK(score_of_losses(data::Metric::accuracy, losses) == 0.5);
    const std::vector<double> squares{4, 16, std::nan("")};
    CHECK(score_of_losses(data::Metric::rmse, squares) == doctest::Approx(std::sqrt(10.0)));
    CHECK(std::isnan(score_of_losses(data::Metric::accuracy, {})));
  }

  TEST_CASE("periods are of equal time, hold every row once and leave out empty ones") {
    std::vector<Timestamp> times;
    for (std::int64_t day = 0; day < 24; ++day) times.push_back({day * kMicrosPerDay});
    times.push_back({47 * kMicrosPerDay});
    const BacktestLosses losses{std::vector<double>(25, 0.0), std::vector<double>(25, 1.0)};
    const auto windows =
        backtest_windows(data::Metric::accuracy, times, losses, BacktestPeriod::twelfth);
    std::size_t n = 0;
    for (const BacktestWindow& window : windows) {
      n += window.n_rows;
      CHECK(window.from <= window.to);
      CHECK(window.frozen == 1);
      CHECK(window.live == 0);
    }
    CHECK(n == 25);
    CHECK(windows.size() == 7);  // six of four days, and the last row's
    for (const BacktestPeriod period : {BacktestPeriod::twelfth, BacktestPeriod::month}) {
      CHECK(backtest_windows(data::Metric::accuracy, {}, {}, period).empty());
      CHECK(backtest_windows(data::Metric::accuracy, {{5}}, {{0}, {0}}, period).size() == 1);
    }
  }

  TEST_CASE("periods of the calendar begin and end with it") {
    std::vector<Timestamp> times;
    for (const char* time :
         {"1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2011-12-31T23:59:59Z",
          "2012-01-01T00:00:00Z", "2012-02-28T23:59:59Z", "2012-02-29T00:00:00Z",
          "2012-03-04T23:59:59Z", "2012-03-05T00:00:00Z", "2012-03-05T12:00:00Z"})
      times.push_back(parse_rfc3339(time).value());
    const BacktestLosses losses{std::vector<double>(9, 0.0), std::vector<double>(9, 0.0)};
    const auto rows = [&](BacktestPeriod period) {
      std::vector<std::size_t> n_rows;
      for (const auto& window : backtest_windows(data::Metric::accuracy, times, losses, period))
        n_rows.push_back(window.n_rows);
      return n_rows;
    };
    CHECK(rows(BacktestPeriod::month) == std::vector<std::size_t>{1, 1, 1, 1, 2, 3});
    CHECK(rows(BacktestPeriod::day) == std::vector<std::size_t>{1, 1, 1, 1, 1, 1, 1, 2});
    // 1 January 2012 is a Sunday, 5 March a Monday.
    CHECK(rows(BacktestPeriod::week) == std::vector<std::size_t>{2, 2, 3, 2});
  }

  TEST_CASE("alarms are compared with where the world changed") {
    struct Case {
      const char* name;
      std::vector<std::size_t> changes;
      std::vector<std::size_t> alarms;
      std::uint64_t n_false;
      std::uint64_t n_missed;
      double delay;  ///< below 0: none
    };
    const Case cases[] = {{"silence where nothing changed", {}, {}, 0, 0, -1},
                          {"any alarm where nothing changed is false", {}, {5, 9}, 2, 0, -1},
                          {"found", {100}, {130}, 0, 0, 30},
                          {"at the very row", {100}, {100}, 0, 0, 0},
                          {"too early is false and the change missed", {100}, {99}, 1, 1, -1},
                          {"one alarm does not find two changes", {100, 200}, {130}, 0, 1, 30},
                          {"both found, mean delay", {100, 200}, {110, 120, 250}, 0, 0, 30},
                          {"missed", {100}, {}, 0, 1, -1}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const BacktestTruth truth = compare_with_truth(c.changes, c.alarms);
      CHECK(truth.n_false == c.n_false);
      CHECK(truth.n_missed == c.n_missed);
      CHECK(truth.mean_delay_rows.value_or(-1) == c.delay);
    }
  }
}

}  // namespace mlops::workflow
