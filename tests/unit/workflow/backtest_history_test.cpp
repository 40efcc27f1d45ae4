#include "workflow/backtest_history.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"

namespace mlops::workflow {
namespace {

/// A history in a file of its own.
History read(const std::string& csv, std::optional<std::string> time_column,
             std::int64_t step_micros = kMicrosPerMinute) {
  const TempDirectory directory;
  write_file_atomically(directory.path() / "history.csv", csv);
  return read_history({.file = directory.path() / "history.csv",
                       .time_column = std::move(time_column),
                       .step_micros = step_micros});
}

std::vector<std::int64_t> minutes_from_start(const History& history) {
  std::vector<std::int64_t> minutes;
  for (const Timestamp time : history.times)
    minutes.push_back((time.micros - history.times.front().micros) / kMicrosPerMinute);
  return minutes;
}

}  // namespace

TEST_SUITE("workflow/backtest_history") {
  TEST_CASE("without a column the rows' order is the time") {
    const History history = read("x,y\n5,a\n3,b\n9,a\n", std::nullopt, kMicrosPerHour);
    CHECK(history.records == std::vector<std::size_t>{0, 1, 2});
    CHECK(minutes_from_start(history) == std::vector<std::int64_t>{0, 60, 120});
    CHECK(to_rfc3339(history.times.front()) == "2000-01-03T00:00:00.000Z");
  }

  TEST_CASE("a column of numbers gives the order and the step the pace") {
    const History history = read("n,y\n5,a\n3,b\n9,c\n3,d\n", "n");
    CHECK(history.records == std::vector<std::size_t>{1, 3, 0, 2});
    CHECK(minutes_from_start(history) == std::vector<std::int64_t>{0, 1, 2, 3});
    CHECK(history.table.find("y")->text(0) == "b");
  }

  TEST_CASE("dates give moments, rows of one day are spread over it") {
    const History history =
        read("d,y\n2011-01-02,c\n2011-01-01,a\n2011-01-01,b\n2011-01-05,e\n2011-01-02,d\n", "d");
    CHECK(history.records == std::vector<std::size_t>{1, 2, 0, 4, 3});
    // At most a day: rows of the second do not reach into the third.
    CHECK(minutes_from_start(history) == std::vector<std::int64_t>{0, 720, 1440, 2160, 5760});
  }

  TEST_CASE("moments are named by record or by time") {
    const History history = read("d,y\n2011-01-03,a\n2011-01-01,b\n2011-01-02,c\n", "d");
    CHECK(row_of_moment(history, "0") == 2);
    CHECK(row_of_moment(history, "1") == 0);
    CHECK(row_of_moment(history, "2011-01-02") == 1);
    CHECK(row_of_moment(history, "2011-01-01T12:00:00Z") == 1);
    for (const char* bad : {"3", "soon", "2012-01-01", "-1", ""}) {
      CAPTURE(bad);
      CHECK_THROWS_AS(static_cast<void>(row_of_moment(history, bad)), Error);
    }
  }

  TEST_CASE("columns and cells that are no time are named") {
    struct Case {
      const char* name;
      const char* csv;
      const char* column;
      const char* code;
    };
    const Case cases[] = {
        {"absent", "when,y\n2011-01-01,a\n2011-01-02,b\n", "whn", "backtest.column_not_found"},
        {"no time", "d,y\n2011-01-01,a\n2011-01-02,b\nsoon,c\n", "d", "backtest.not_a_time"},
        {"empty", "n,y\n1,a\n,b\n", "n", "backtest.not_a_time"},
        {"too early", "d,y\n1969-01-01,a\n2011-01-02,b\n", "d", "backtest.before_1970"}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      try {
        static_cast<void>(read(c.csv, c.column));
        FAIL_CHECK("was read");
      } catch (const Error& error) {
        CAPTURE(error.what());
        CHECK(error.code() == c.code);
      }
    }
  }
}

}  // namespace mlops::workflow
