#include "data/inference.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/reader.hpp"
#include "support/shared_data.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

using Texts = std::vector<std::string>;

InferenceResult infer(std::string_view csv, const InferenceOptions& options = {}) {
  const ReadResult read = read_table_from_bytes(csv, "test.csv");
  return infer_schema(read.table, read.dialect, options);
}

InferenceResult infer_file(const std::string& file, const InferenceOptions& options = {}) {
  const ReadResult read = read_table(test::shared_data_root() / file);
  return infer_schema(read.table, read.dialect, options);
}

bool has_finding(const std::vector<Finding>& findings, std::string_view code,
                 std::string_view column) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.code == code && finding.column == column;
  });
}

std::string error_code(std::string_view csv, const InferenceOptions& options) {
  try {
    (void)infer(csv, options);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

/// n rows "i,<cell>" below the header "n,x", by a function of the row.
template <typename Cell>
std::string column_of(std::size_t n, Cell cell) {
  std::string csv = "x,y\n";
  for (std::size_t i = 0; i < n; ++i) {
    csv += std::string(cell(i)) + "," + (i % 3 == 0 ? "a" : "b") + "\n";
  }
  return csv;
}

}  // namespace

TEST_SUITE("data/inference") {
  TEST_CASE("kinds follow from the cells of a column") {
    struct Case {
      const char* name;
      std::string csv;
      ColumnKind kind;
    };
    const auto number = [](double value) { return std::to_string(value); };
    const Case cases[] = {
        {"fractions that never repeat",
         column_of(50, [&](auto i) { return number(0.37 * static_cast<double>(i)); }),
         ColumnKind::number},
        {"a row counter", column_of(50, [](auto i) { return std::to_string(i + 7); }),
         ColumnKind::identifier},
        {"a row counter with a gap",
         column_of(50, [](auto i) { return std::to_string(i + (i > 25)); }),
         ColumnKind::identifier},
        {"a shuffled row counter",
         column_of(50, [](auto i) { return std::to_string(i * 17 % 50 + 1); }),
         ColumnKind::identifier},
        {"a short counter proves nothing", column_of(10, [](auto i) { return std::to_string(i); }),
         ColumnKind::number},
        {"whole numbers that never repeat",
         column_of(50, [](auto i) { return std::to_string(i * i * 3 + 1); }), ColumnKind::number},
        {"0 and 1", column_of(50, [](auto i) { return std::to_string(i % 2); }),
         ColumnKind::boolean},
        {"1 and 2", column_of(50, [](auto i) { return std::to_string(i % 2 + 1); }),
         ColumnKind::number},
        {"yes and no", column_of(50, [](auto i) { return i % 4 ? "yes" : "No"; }),
         ColumnKind::boolean},
        {"yes and true are no pair", column_of(50, [](auto i) { return i % 4 ? "yes" : "true"; }),
         ColumnKind::category},
        {"T and F", column_of(50, [](auto i) { return i % 4 ? "T" : "F"; }), ColumnKind::boolean},
        {"always the same number", column_of(50, [](auto) { return "7"; }), ColumnKind::constant},
        {"always the same word", column_of(50, [](auto) { return "w"; }), ColumnKind::constant},
        {"always missing", column_of(50, [](auto) { return "NA"; }), ColumnKind::constant},
        {"a few words", column_of(50, [](auto i) { return "w" + std::to_string(i % 7); }),
         ColumnKind::category},
        {"codes that never repeat",
         column_of(50, [](auto i) { return "C-" + std::to_string(i * 7919); }),
         ColumnKind::identifier},
        {"words that rarely repeat",
         column_of(60, [](auto i) { return "w" + std::to_string(i % 40); }), ColumnKind::text},
        {"sentences",
         column_of(50, [](auto i) { return "it was seen on day number " + std::to_string(i % 9); }),
         ColumnKind::text},
        {"dates", column_of(50, [](auto i) { return "2024-01-" + std::to_string(10 + i % 20); }),
         ColumnKind::datetime},
        {"dates day first",
         column_of(50, [](auto i) { return std::to_string(1 + i % 28) + ".3.2024"; }),
         ColumnKind::datetime},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const InferenceResult result = infer(c.csv, {.target = "y"});
      CHECK(to_string(result.schema.columns[0].kind) == to_string(c.kind));
      const bool left_out = c.kind == ColumnKind::identifier || c.kind == ColumnKind::text ||
                            c.kind == ColumnKind::constant;
      CHECK((result.schema.columns[0].role == ColumnRole::ignored) == left_out);
      CHECK_FALSE(result.schema.columns[0].reason.empty());
    }
  }

  TEST_CASE("real sets get the kinds, the target and the task that their descriptions imply") {
    struct Case {
      const char* file;
      const char* target;  ///< empty: the last column
      const char* task;
      Texts classes;
      Texts identifiers;
      Texts constants;
      Texts datetimes;
    };
    const Case cases[] = {
        {"telco-churn/data.csv", "", "binary", {"No", "Yes"}, {"customerID"}, {}, {}},
        {"adult/data.csv", "", "binary", {"<=50K", ">50K"}, {}, {}, {}},
        {"penguins/data.csv",
         "species",
         "multiclass",
         {"Adelie", "Chinstrap", "Gentoo"},
         {},
         {},
         {}},
        {"california-housing/data.csv", "median_house_value", "regression", {}, {}, {}, {}},
        {"wine-quality/data.csv", "", "regression", {}, {}, {}, {}},
        {"bike-sharing-hourly/data.csv", "", "regression", {}, {"instant"}, {}, {"dteday"}},
        {"bike-sharing-hourly/day.csv", "", "regression", {}, {"instant"}, {}, {"dteday"}},
        {"elec2/data.csv", "", "binary", {"DOWN", "UP"}, {}, {}, {}},
        {"beijing-pm25/data.csv", "pm2.5", "regression", {}, {"No"}, {}, {}},
        {"covertype-20k/data.csv",
         "",
         "multiclass",
         {"1", "2", "3", "4", "5", "6", "7"},
         {},
         {"Soil_Type7", "Soil_Type15"},
         {}},
        {"diamonds/data.csv", "price", "regression", {}, {}, {}, {}},
        {"skin-segmentation/data.csv", "", "binary", {"1", "2"}, {}, {}, {}},
    };
    for (const Case& c : cases) {
      CAPTURE(c.file);
      if (!test::shared_data_available(c.file)) continue;
      InferenceOptions options;
      if (*c.target != '\0') options.target = c.target;
      const InferenceResult result = infer_file(c.file, options);
      CHECK(to_string(result.schema.task) == c.task);
      CHECK(result.schema.classes == c.classes);
      const auto names_of = [&](ColumnKind kind) {
        Texts names;
        for (const ColumnSchema& column : result.schema.columns) {
          if (column.kind == kind) names.push_back(column.name);
        }
        return names;
      };
      CHECK(names_of(ColumnKind::identifier) == c.identifiers);
      CHECK(names_of(ColumnKind::constant) == c.constants);
      CHECK(names_of(ColumnKind::datetime) == c.datetimes);
      CHECK(names_of(ColumnKind::text).empty());
      for (const std::string& name : c.identifiers) {
        CHECK(has_finding(result.findings, "data.identifier_like", name));
      }
    }
  }

  TEST_CASE("classes are ordered by value, by name, and the affirmative one is second") {
    struct Case {
      const char* csv;
      Task task;
      Texts classes;
    };
    const Case cases[] = {
        {"x,y\n1,Yes\n2,No\n3,No\n", Task::binary, {"No", "Yes"}},
        {"x,y\n1,TRUE\n2,FALSE\n3,TRUE\n", Task::binary, {"FALSE", "TRUE"}},
        {"x,y\n1,1\n2,0\n3,1\n", Task::binary, {"0", "1"}},
        {"x,y\n1,2\n2,1\n3,1\n", Task::binary, {"1", "2"}},
        {"x,y\n1,9\n2,10\n3,9\n", Task::binary, {"9", "10"}},
        {"x,y\n1,cat\n2,dog\n3,ant\n", Task::multiclass, {"ant", "cat", "dog"}},
        {"x,y\n1,3\n2,1\n3,2\n", Task::multiclass, {"1", "2", "3"}},
        {"x,y\n1,3\n2,4\n3,5\n", Task::regression, {}},
        {"x,y\n1,1\n2,2\n3,4\n", Task::regression, {}},
        {"x,y\n1,0.5\n2,1\n3,2\n", Task::regression, {}},
    };
    for (const Case& c : cases) {
      CAPTURE(c.csv);
      const InferenceResult result = infer(c.csv);
      CHECK(result.schema.target == "y");
      CHECK(result.schema.task == c.task);
      CHECK(result.schema.classes == c.classes);
      CHECK(has_finding(result.findings, "data.target_assumed", "y"));
    }
  }

  TEST_CASE("whole numbers as a target are a choice that is told and can be overruled") {
    const char* csv = "x,y\n1,3\n2,1\n3,2\n4,1\n";
    CHECK(has_finding(infer(csv).findings, "data.task_assumed", "y"));
    CHECK(infer(csv, {.task = Task::regression}).schema.task == Task::regression);
    CHECK(infer(csv, {.kinds = {{"y", ColumnKind::number}}}).schema.task == Task::regression);
    const char* amounts = "x,y\n1,3\n2,5\n3,4\n4,3\n";
    CHECK(infer(amounts, {.task = Task::multiclass}).schema.classes == Texts{"3", "4", "5"});
    CHECK(infer(amounts, {.kinds = {{"y", ColumnKind::category}}}).schema.task == Task::multiclass);
  }

  TEST_CASE("the positive label that was asked for becomes the second class") {
    const char* csv = "x,y\n1,Yes\n2,No\n3,No\n";
    CHECK(infer(csv, {.positive = "No"}).schema.classes == Texts{"Yes", "No"});
    CHECK(infer(csv, {.positive = "No"}).schema.positive() == "No");
    CHECK(error_code(csv, {.positive = "no"}) == "data.label_not_found");
    CHECK(error_code("x,y\n1,0.5\n2,1\n3,2.5\n", {.positive = "1"}) ==
          "data.positive_without_binary");
  }

  TEST_CASE("what cannot be done is refused by name") {
    struct Case {
      const char* name;
      const char* csv;
      InferenceOptions options;
      const char* code;
    };
    const char* plain = "id,x,y\na,1,0\nb,2,1\nc,3,1\n";
    const Case cases[] = {
        {"no such target", plain, {.target = "Y"}, "data.column_not_found"},
        {"no such weights", plain, {.weights = "w"}, "data.column_not_found"},
        {"no such kept column", plain, {.keep = {"z"}}, "data.column_not_found"},
        {"no such dropped column", plain, {.drop = {"z"}}, "data.column_not_found"},
        {"no such kind", plain, {.kinds = {{"z", ColumnKind::number}}}, "data.column_not_found"},
        {"target dropped", plain, {.target = "y", .drop = {"y"}}, "data.contradiction"},
        {"last column dropped", plain, {.drop = {"y"}}, "data.no_target"},
        {"only column", "y\n1\n2\n", {}, "data.no_target"},
        {"kept and dropped", plain, {.keep = {"x"}, .drop = {"x"}}, "data.contradiction"},
        {"target and weights", plain, {.target = "x", .weights = "x"}, "data.contradiction"},
        {"text weights", plain, {.weights = "id"}, "data.bad_weights"},
        {"negative weights", "x,w,y\n1,-1,0\n2,1,1\n", {.weights = "w"}, "data.bad_weights"},
        {"one class", "x,y\n1,a\n2,a\n", {.target = "y"}, "data.target_one_class"},
        {"no target at all", "x,y\n1,\n2,\n", {.target = "y"}, "data.target_missing_everywhere"},
        {"text regression",
         "x,y\n1,a\n2,b\n",
         {.task = Task::regression},
         "data.target_not_numeric"},
        {"three binary classes",
         "x,y\n1,a\n2,b\n3,c\n",
         {.task = Task::binary},
         "data.target_not_binary"},
        {"three truth values", plain, {.kinds = {{"id", ColumnKind::boolean}}}, "data.not_boolean"},
        {"no date", plain, {.kinds = {{"id", ColumnKind::datetime}}}, "data.not_a_date"},
        {"no number", plain, {.kinds = {{"id", ColumnKind::number}}}, "data.not_a_number"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      CHECK(error_code(c.csv, c.options) == c.code);
    }
  }

  TEST_CASE("a mistyped target comes with a suggestion") {
    try {
      (void)infer("age,churn\n1,0\n2,1\n", {.target = "chrun"});
      CHECK(false);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::not_found);
      CHECK(error.hint().find("churn") != std::string::npos);
    }
  }

  TEST_CASE("columns can be kept, dropped and given a kind") {
    const std::string csv = column_of(50, [](auto i) { return "C-" + std::to_string(i * 7919); });
    const InferenceResult kept = infer(csv, {.target = "y", .keep = {"x"}});
    CHECK(kept.schema.columns[0].kind == ColumnKind::category);
    CHECK(kept.schema.columns[0].role == ColumnRole::feature);
    CHECK(kept.schema.columns[0].categories.size() == 50);

    const std::string counter = column_of(50, [](auto i) { return std::to_string(i); });
    CHECK(infer(counter, {.target = "y", .keep = {"x"}}).schema.columns[0].kind ==
          ColumnKind::number);
    CHECK(infer(counter, {.target = "y", .drop = {"x"}}).schema.columns[0].role ==
          ColumnRole::ignored);
    const InferenceResult levels =
        infer("x,y\n3,a\n1,b\n3,b\n", {.target = "y", .kinds = {{"x", ColumnKind::category}}});
    CHECK(levels.schema.columns[0].categories == Texts{"3", "1"});
    const InferenceResult flags = infer("x,y\nMale,a\nFemale,b\nMale,b\n",
                                        {.target = "y", .kinds = {{"x", ColumnKind::boolean}}});
    CHECK(flags.schema.columns[0].categories == Texts{"Female", "Male"});
  }

  TEST_CASE("amounts with a sign and dates without separators are told") {
    struct Case {
      const char* name;
      std::string csv;
      const char* code;
    };
    const auto cell = [](auto i) { return std::to_string(i * 37 % 900 + 10); };
    const Case cases[] = {
        {"dollars", column_of(60, [&](auto i) { return "$" + cell(i) + ".50"; }),
         "data.amount_with_sign"},
        {"euros", column_of(60, [&](auto i) { return cell(i) + " €"; }), "data.amount_with_sign"},
        {"percent", column_of(60, [&](auto i) { return cell(i) + "%"; }), "data.amount_with_sign"},
        {"a code", column_of(60, [&](auto i) { return "K" + cell(i); }), ""},
        {"days", column_of(60, [](auto i) { return std::to_string(20240101 + i % 28); }),
         "data.date_like"},
        {"amounts", column_of(60, [](auto i) { return std::to_string(20240101 + i * 17 % 77); }),
         ""},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const InferenceResult result = infer(c.csv, {.target = "y"});
      for (const char* code : {"data.amount_with_sign", "data.date_like"})
        CHECK(has_finding(result.findings, code, "x") == (std::string(c.code) == code));
    }
  }

  TEST_CASE("the format of a date can be said") {
    const char* csv = "d,y\n01/02/2024,0\n03/04/2024,1\n05/16/2024,1\n";
    const InferenceOptions said{.target = "y",
                                .kinds = {{"d", ColumnKind::datetime}},
                                .datetime_formats = {{"d", "%d/%m/%Y"}}};
    const InferenceResult result = infer(csv, said);
    const ColumnSchema& day = result.schema.columns[0];
    CHECK(day.datetime_format == "%d/%m/%Y");
    CHECK(day.minimum == 1706745600);  // 2024-02-01
    CHECK(day.n_missing == 1);
    CHECK(has_finding(result.findings, "data.not_a_number", "d"));
    InferenceOptions wrong = said;
    wrong.datetime_formats["d"] = "%Y week %m";
    CHECK(error_code(csv, wrong) == "data.not_a_date");
  }

  TEST_CASE("weights have a role of their own") {
    const InferenceResult result = infer("x,w,y\n1,2,0\n2,1,1\n3,0,1\n", {.weights = "w"});
    CHECK(result.schema.columns[1].role == ColumnRole::weight);
    CHECK(result.schema.feature_columns() == std::vector<std::size_t>{0});
  }

  TEST_CASE("without a target there are kinds but no task") {
    const InferenceResult result = infer("x,y\n1,a\n2,b\n", {.choose_target = false});
    CHECK(result.schema.target.empty());
    CHECK(result.schema.classes.empty());
    CHECK(result.schema.feature_columns().size() == 2);
  }

  TEST_CASE("ranges, levels, missing and examples describe the training data") {
    const InferenceResult result =
        infer("n,c,d,y\n1.5,b,2024-01-02,0\n,a,,1\n-2,b,2024-03-01,1\n7,NA,2024-01-02,0\n");
    const auto& columns = result.schema.columns;
    CHECK(columns[0].minimum == -2);
    CHECK(columns[0].maximum == 7);
    CHECK_FALSE(columns[0].integral);
    CHECK(columns[0].n_missing == 1);
    CHECK(columns[0].n_distinct == 3);
    CHECK(columns[0].examples == Texts{"1.5", "-2", "7"});
    CHECK(columns[1].categories == Texts{"b", "a"});
    CHECK(columns[1].n_missing == 1);
    CHECK(columns[2].datetime_format == "%Y-%m-%d");
    CHECK(columns[2].minimum == 1704153600);
    CHECK(columns[2].maximum == 1709251200);
  }

  TEST_CASE("dates that cannot be told apart or do not agree are findings") {
    const InferenceResult ambiguous = infer("d,y\n01/02/2024,0\n03/04/2024,1\n05/06/2024,1\n");
    CHECK(has_finding(ambiguous.findings, "data.ambiguous_date", "d"));
    CHECK(ambiguous.schema.columns[0].datetime_format == "%m/%d/%Y");
    CHECK(ambiguous.findings.front().hint == "the other way round: --kind 'd=datetime:%d/%m/%Y'");
    const InferenceResult mixed =
        infer("d,y\n2024-01-02,0\n2024-02-02,1\n2024-03-02,0\n03/05/2024,1\n");
    CHECK(has_finding(mixed.findings, "data.mixed_dates", "d"));
    CHECK(mixed.schema.columns[0].kind == ColumnKind::category);
  }
}
