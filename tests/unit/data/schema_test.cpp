#include "data/schema.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mlops;
using namespace mlops::data;

namespace {

Schema sample_schema() {
  Schema schema;
  ColumnSchema tenure;
  tenure.name = "tenure";
  tenure.integral = true;
  tenure.minimum = 0;
  tenure.maximum = 72;
  tenure.n_missing = 3;
  tenure.n_distinct = 73;
  tenure.examples = {"1", "34"};
  ColumnSchema paid;
  paid.name = "paid \"so far\"";
  paid.decimal = ',';
  paid.thousands = '.';
  ColumnSchema contract;
  contract.name = "contract";
  contract.kind = ColumnKind::category;
  contract.categories = {"Month-to-month", "One year", "größer"};
  ColumnSchema id;
  id.name = "id";
  id.kind = ColumnKind::identifier;
  id.role = ColumnRole::ignored;
  id.reason = "unique in every row";
  ColumnSchema churn;
  churn.name = "churn";
  churn.kind = ColumnKind::boolean;
  churn.role = ColumnRole::target;
  churn.categories = {"No", "Yes"};
  schema.columns = {id, tenure, paid, contract, churn};
  schema.target = "churn";
  schema.task = Task::binary;
  schema.classes = {"No", "Yes"};
  schema.missing_markers = {"NA", "?"};
  schema.decimal = ',';
  return schema;
}

}  // namespace

TEST_SUITE("data/schema") {
  TEST_CASE("every kind, role and task has a name that reads back") {
    for (const ColumnKind kind :
         {ColumnKind::number, ColumnKind::boolean, ColumnKind::category, ColumnKind::datetime,
          ColumnKind::text, ColumnKind::identifier, ColumnKind::constant}) {
      CAPTURE(to_string(kind));
      CHECK(parse_column_kind(to_string(kind)) == kind);
    }
    for (const ColumnRole role :
         {ColumnRole::feature, ColumnRole::target, ColumnRole::weight, ColumnRole::ignored}) {
      CAPTURE(to_string(role));
      CHECK(parse_column_role(to_string(role)) == role);
    }
    for (const Task task : {Task::binary, Task::multiclass, Task::regression}) {
      CAPTURE(to_string(task));
      CHECK(parse_task(to_string(task)) == task);
    }
    CHECK_FALSE(parse_column_kind("numeric"));
    CHECK_FALSE(parse_column_role(""));
    CHECK_FALSE(parse_task("Binary"));
  }

  TEST_CASE("features are the columns with that role, in file order") {
    CHECK(sample_schema().feature_columns() == std::vector<std::size_t>{1, 2, 3});
  }

  TEST_CASE("the positive class is the second of a binary task only") {
    Schema schema = sample_schema();
    CHECK(schema.positive() == "Yes");
    schema.task = Task::multiclass;
    CHECK(schema.positive().empty());
  }

  TEST_CASE("find knows columns by exact name") {
    const Schema schema = sample_schema();
    REQUIRE(schema.find("tenure") != nullptr);
    CHECK(schema.find("tenure")->maximum == 72);
    CHECK(schema.find("Tenure") == nullptr);
  }

  TEST_CASE("a schema survives its JSON form") {
    const Schema schema = sample_schema();
    const Json json = parse_json(dump_json(to_json(schema)), "test");
    const Schema back = schema_from_json(json);
    CHECK(dump_json(to_json(back)) == dump_json(to_json(schema)));
    CHECK(back.columns[2].decimal == ',');
    CHECK(back.columns[2].thousands == '.');
    CHECK(std::isnan(back.columns[3].minimum));
    CHECK(back.columns[3].categories[2] == "größer");
    CHECK(back.classes == schema.classes);
    CHECK(back.decimal == ',');
  }

  TEST_CASE("a damaged schema is corrupt, whatever is wrong with it") {
    struct Case {
      const char* name;
      const char* text;
    };
    const Case cases[] = {
        {"not an object", "[]"},
        {"empty", "{}"},
        {"unknown task",
         R"({"columns":[],"target":"","task":"ranking","classes":[],"missing_markers":[],"decimal":"."})"},
        {"long decimal",
         R"({"columns":[],"target":"","task":"binary","classes":[],"missing_markers":[],"decimal":"--"})"},
        {"column without a name",
         R"({"columns":[{}],"target":"","task":"binary","classes":[],"missing_markers":[],"decimal":"."})"},
        {"classes not texts",
         R"({"columns":[],"target":"","task":"binary","classes":[1],"missing_markers":[],"decimal":"."})"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      try {
        (void)schema_from_json(parse_json(c.text, "test"));
        CHECK(false);
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::corrupt);
      }
    }
  }
}
