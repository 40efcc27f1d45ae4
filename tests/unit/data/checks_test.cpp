#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "data/inference.hpp"
#include "data/linear_pursuit.hpp"
#include "data/reader.hpp"
#include "support/shared_data.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

using Texts = std::vector<std::string>;

std::vector<Finding> check(const ReadResult& read, const InferenceOptions& options,
                           unsigned n_folds = 5) {
  const Schema schema = infer_schema(read.table, read.dialect, options).schema;
  return check_training_data(read.table, schema, n_folds);
}

std::vector<Finding> check_text(const std::string& csv, const InferenceOptions& options = {}) {
  return check(read_table_from_bytes(csv, "test.csv"), options);
}

Texts columns_with(const std::vector<Finding>& findings, std::string_view code) {
  Texts columns;
  for (const Finding& finding : findings) {
    if (finding.code == code) columns.push_back(finding.column);
  }
  return columns;
}

std::string message_of(const std::vector<Finding>& findings, std::string_view code) {
  for (const Finding& finding : findings) {
    if (finding.code == code) return finding.message;
  }
  return {};
}

}  // namespace

TEST_SUITE("data/checks") {
  TEST_CASE("a feature that gives the class away is found, an honest one is not") {
    Random random(1);
    std::string csv = "honest,copy,level,noisy,y\n";
    for (int i = 0; i < 400; ++i) {
      const bool yes = random.uniform() < 0.3;
      const double honest = random.normal() + (yes ? 1 : 0);
      csv += fmt::format("{},{},{},{},{}\n", honest, yes ? random.uniform() + 5 : random.uniform(),
                         yes ? "bought" : "left", random.uniform() < 0.9 ? yes : !yes, yes);
    }
    CHECK(columns_with(check_text(csv), "data.target_leakage") == Texts{"copy", "level"});
  }

  TEST_CASE("a feature in the order of the amounts is found, whatever its scale") {
    Random random(2);
    std::string csv = "honest,logarithm,falling,y\n";
    for (int i = 0; i < 400; ++i) {
      const double y = random.uniform() * 100 + 1;
      csv += fmt::format("{},{},{},{}\n", y + random.normal() * 20, std::log(y), -3 * y + 7, y);
    }
    CHECK(columns_with(check_text(csv), "data.target_leakage") == Texts{"logarithm", "falling"});
  }

  TEST_CASE("features that add up to the target are found together") {
    Random random(3);
    std::string csv = "a,b,c,other,y\n";
    for (int i = 0; i < 400; ++i) {
      const auto a = random.below(1000);
      const auto b = random.below(300);
      const auto c = random.below(100);
      csv += fmt::format("{},{},{},{},{}\n", a, b, c, random.below(1000), a + b + c);
    }
    const std::vector<Finding> findings = check_text(csv);
    CHECK(columns_with(findings, "data.target_leakage") == Texts{"a", "b", "c"});
    CHECK(message_of(findings, "data.target_leakage").find("add up") != std::string::npos);
  }

  TEST_CASE("rare classes, missing targets, duplicates and few rows are told with their numbers") {
    std::string csv = "x,y\n";
    for (int i = 0; i < 30; ++i) csv += fmt::format("{}.5,{}\n", i, i % 2 ? "a" : "b");
    csv += "1.25,rare\n2.25,\n0.5,b\n0.5,b\n";
    const std::vector<Finding> findings = check_text(csv);
    CHECK(message_of(findings, "data.rare_class") ==
          "class 'rare' of 'y' has 1 row, fewer than the 5 folds");
    CHECK(message_of(findings, "data.missing_target") ==
          "1 of 34 rows have no target 'y' and are not trained on");
    CHECK(message_of(findings, "data.duplicate_rows") ==
          "2 of 34 rows repeat an earlier one in every column");
    CHECK(message_of(findings, "data.few_rows") ==
          "only 33 rows to train on: every score will be uncertain");
  }

  TEST_CASE("bike sharing: casual and registered are told to add up to the target") {
    for (const char* file : {"bike-sharing-hourly/data.csv", "bike-sharing-hourly/day.csv"}) {
      CAPTURE(file);
      if (!test::shared_data_available(file)) continue;
      const std::vector<Finding> findings =
          check(read_table(test::shared_data_root() / file), {.target = "cnt"});
      Texts columns = columns_with(findings, "data.target_leakage");
      std::sort(columns.begin(), columns.end());
      CHECK(columns == Texts{"casual", "registered"});
    }
  }

  TEST_CASE("no honest feature of a real set is called a leak") {
    struct Case {
      const char* file;
      const char* target;
    };
    const Case cases[] = {
        {"telco-churn/data.csv", "Churn"},    {"adult/data.csv", "income"},
        {"penguins/data.csv", "species"},     {"california-housing/data.csv", "median_house_value"},
        {"wine-quality/data.csv", "quality"}, {"elec2/data.csv", "class"},
        {"beijing-pm25/data.csv", "pm2.5"},   {"covertype-20k/data.csv", "Cover_Type"},
        {"diamonds/data.csv", "price"},       {"skin-segmentation/data.csv", "SKIN"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.file);
      if (!test::shared_data_available(c.file)) continue;
      const std::vector<Finding> findings =
          check(read_table(test::shared_data_root() / c.file), {.target = c.target});
      CHECK(columns_with(findings, "data.target_leakage") == Texts{});
    }
  }

  TEST_CASE("what the descriptions of real sets count is counted alike") {
    if (!test::shared_data_available("wine-quality/data.csv")) return;
    const auto root = test::shared_data_root();
    CHECK(message_of(check(read_table(root / "wine-quality/data.csv"), {}), "data.duplicate_rows")
              .starts_with("937 of 4,898 rows"));
    CHECK(message_of(check(read_table(root / "diamonds/data.csv"), {.target = "price"}),
                     "data.duplicate_rows")
              .starts_with("146 of 53,940 rows"));
    CHECK(message_of(check(read_table(root / "beijing-pm25/data.csv"), {.target = "pm2.5"}),
                     "data.missing_target")
              .starts_with("2,067 of 43,824 rows"));
  }

  TEST_CASE("kdd99: its 23 classes, and those with a handful of rows by name") {
    const char* file = "kdd99-10pct/data.csv.gz";
    if (!test::shared_data_available(file)) return;
    const ReadResult read = read_table(test::shared_data_root() / file, {.checksum = false});
    const InferenceResult inferred = infer_schema(read.table, read.dialect, {});
    CHECK(inferred.schema.task == Task::multiclass);
    CHECK(inferred.schema.classes.size() == 23);
    const std::vector<Finding> findings = check_training_data(read.table, inferred.schema, 5);
    const auto told = [&](std::string_view text) {
      return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.message.find(text) != std::string::npos;
      });
    };
    CHECK(told("class 'spy.' of 'label' has 2 rows"));
    CHECK(columns_with(inferred.findings, "data.constant") ==
          Texts{"num_outbound_cmds", "is_host_login"});
  }
}

TEST_SUITE("data/linear_pursuit") {
  TEST_CASE("the combination is found with its weights unknown, and a plain sum is told") {
    Random random(4);
    std::vector<std::vector<double>> columns(6, std::vector<double>(200));
    for (auto& column : columns) {
      for (double& value : column) value = random.normal();
    }
    std::vector<double> weighted(200);
    std::vector<double> sum(200);
    for (std::size_t i = 0; i < 200; ++i) {
      weighted[i] = 3 * columns[4][i] - 2 * columns[1][i];
      sum[i] = columns[0][i] + columns[5][i];
    }
    const LinearPursuit first = pursue_linearly(columns, weighted, 0.9999);
    CHECK(first.columns == std::vector<std::size_t>{4, 1});
    CHECK(first.explained > 0.999999);
    CHECK_FALSE(first.plain_sum);
    CHECK(pursue_linearly(columns, sum, 0.9999).plain_sum);
  }

  TEST_CASE("nothing explains noise, a constant or no columns") {
    Random random(5);
    std::vector<std::vector<double>> columns(3, std::vector<double>(500));
    std::vector<double> noise(500);
    for (auto& column : columns) {
      for (double& value : column) value = random.normal();
    }
    for (double& value : noise) value = random.normal();
    CHECK(pursue_linearly(columns, noise, 0.9999).explained < 0.1);
    CHECK(pursue_linearly(columns, std::vector<double>(500, 3.0), 0.9999).columns.empty());
    CHECK(pursue_linearly({}, noise, 0.9999).explained == 0);
  }
}
