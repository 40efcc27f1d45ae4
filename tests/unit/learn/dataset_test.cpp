#include "learn/dataset.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "base/error.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;
using data::Task;

TEST_SUITE("learn/dataset") {
  TEST_CASE("rows without a target are left out and counted") {
    auto labelled = test::make_labelled(Task::regression, 20, 1);
    labelled.table.columns[5].numbers[3] = std::nan("");
    labelled.table.columns[5].numbers[7] = std::nan("");
    std::vector<data::Finding> findings;
    const auto dataset = learn::make_dataset(labelled.table, labelled.schema, {}, findings);
    CHECK(dataset.size() == 18);
    CHECK(dataset.table_rows[3] == 4);
    CHECK(dataset.cell(3, 0) == labelled.table.columns[0].numbers[4]);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == "learn.missing_target");
    CHECK(findings[0].message.find("2 of 20") != std::string::npos);
  }

  TEST_CASE("what cannot be learnt is refused with its own code") {
    struct Case {
      const char* code;
      Task task;
      std::function<void(test::Labelled&)> change;
    };
    const Case cases[] = {
        {"learn.one_class", Task::binary, [](auto& l) { l.table.columns[5].codes.assign(20, 1U); }},
        {"learn.too_few_rows", Task::regression,
         [](auto& l) {
           l.table = l.table.select_rows({0, 1});
         }},
        {"learn.no_features", Task::regression,
         [](auto& l) {
           for (auto& column : l.schema.columns) {
             if (column.name != "y") column.role = data::ColumnRole::ignored;
           }
         }},
        {"learn.bad_weight", Task::regression,
         [](auto& l) {
           l.schema.columns[2].role = data::ColumnRole::weight;
           l.table.columns[2].numbers[0] = -1;
         }},
    };
    for (const auto& c : cases) {
      CAPTURE(c.code);
      auto labelled = test::make_labelled(c.task, 20, 1);
      c.change(labelled);
      std::string code;
      try {
        (void)test::dataset_of(labelled);
      } catch (const Error& error) {
        code = error.code();
        CHECK(error.kind() == ErrorKind::invalid_data);
      }
      CHECK(code == c.code);
    }
  }

  TEST_CASE("weights come from the weight column, rows without one are left out") {
    auto labelled = test::make_labelled(Task::regression, 10, 1);
    labelled.schema.columns[2].role = data::ColumnRole::weight;
    labelled.table.columns[2].numbers = {1, 2, 0, std::nan(""), 5, 6, 7, 8, 9, 10};
    const auto dataset = test::dataset_of(labelled);
    CHECK(dataset.size() == 8);
    CHECK(dataset.weights[2] == 5);
    CHECK(dataset.n_features() == 4);
  }

  TEST_CASE("any column can be the time, texts count by their order") {
    auto labelled = test::make_labelled(Task::regression, 4, 1);
    data::TableColumn day;
    day.name = "day";
    day.dictionary = {"2024-02-01", "2023-12-31"};
    day.codes = {0, 1, data::kMissingCode, 0};
    labelled.table.columns.push_back(day);
    std::vector<data::Finding> findings;
    const auto dataset = learn::make_dataset(labelled.table, labelled.schema, "day", findings);
    CHECK(dataset.time[0] > dataset.time[1]);
    CHECK(dataset.time[2] < dataset.time[1]);
    CHECK(dataset.time[3] == dataset.time[0]);
    CHECK_THROWS_AS((void)learn::make_dataset(labelled.table, labelled.schema, "dya", findings),
                    Error);
  }
}
