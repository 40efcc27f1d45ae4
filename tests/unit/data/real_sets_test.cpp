// Every real set, each by name: read without a flag, it has the kinds, the target and the task that
// its description implies. Sets that are absent are skipped visibly.
#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <map>

#include "data/inference.hpp"
#include "data/reader.hpp"
#include "support/shared_data.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

using Texts = std::vector<std::string>;
using Kinds = std::map<std::string, Texts>;

/// What is expected of a set. `target` empty: none is named, the last column is taken.
struct RealSet {
  const char* file;
  std::size_t n_rows;
  const char* target;
  const char* task;
  Texts classes;
  Kinds kinds;  ///< kind to columns, in file order
  /// "code column" of what is told before training, leakage and the like apart.
  Texts findings = {};
};

Texts with(const char* prefix, int first, int last, std::initializer_list<int> without = {}) {
  Texts names;
  for (int i = first; i <= last; ++i) {
    if (std::find(without.begin(), without.end(), i) == without.end())
      names.push_back(prefix + std::to_string(i));
  }
  return names;
}

Texts operator+(Texts a, const Texts& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void check(const RealSet& set) {
  CAPTURE(set.file);
  if (!test::shared_data_available(set.file)) return;
  const ReadResult read = read_table(test::shared_data_root() / set.file, {.checksum = false});
  CHECK(read.table.n_rows == set.n_rows);
  CHECK(read.findings.empty());
  InferenceOptions options;
  if (*set.target != '\0') options.target = set.target;
  const InferenceResult result = infer_schema(read.table, read.dialect, options);
  CHECK(to_string(result.schema.task) == set.task);
  CHECK(result.schema.classes == set.classes);
  Kinds kinds;
  for (const ColumnSchema& column : result.schema.columns) {
    kinds[std::string(to_string(column.kind))].push_back(column.name);
    const bool left_out = column.kind == ColumnKind::identifier ||
                          column.kind == ColumnKind::text || column.kind == ColumnKind::constant;
    CHECK((column.role == ColumnRole::ignored) == left_out);
  }
  for (const auto& [kind, names] : set.kinds) {
    CAPTURE(kind);
    CHECK(kinds[kind] == names);
  }
  CHECK(kinds.size() == set.kinds.size());
  Texts findings;
  for (const Finding& finding : result.findings)
    findings.push_back(finding.code.substr(5) + " " + finding.column);
  std::sort(findings.begin(), findings.end());
  CHECK(findings == set.findings);
}

std::uint64_t n_missing(const char* file, const char* name) {
  const ReadResult read = read_table(test::shared_data_root() / file, {.checksum = false});
  const InferenceResult result = infer_schema(read.table, read.dialect, {.choose_target = false});
  return result.schema.find(name)->n_missing;
}

}  // namespace

TEST_SUITE("data/real_sets") {
  TEST_CASE("telco-churn: flags, an identifier, a blank that is a missing amount") {
    const char* file = "telco-churn/data.csv";
    check(
        {file,
         7043,
         "Churn",
         "binary",
         {"No", "Yes"},
         {{"identifier", {"customerID"}},
          {"boolean",
           {"SeniorCitizen", "Partner", "Dependents", "PhoneService", "PaperlessBilling", "Churn"}},
          {"number", {"tenure", "MonthlyCharges", "TotalCharges"}},
          {"category",
           {"gender", "MultipleLines", "InternetService", "OnlineSecurity", "OnlineBackup",
            "DeviceProtection", "TechSupport", "StreamingTV", "StreamingMovies", "Contract",
            "PaymentMethod"}}},
         {"identifier_like customerID"}});
    if (test::shared_data_available(file)) CHECK(n_missing(file, "TotalCharges") == 11);
  }

  TEST_CASE("adult: blanks after commas, question marks that mean missing") {
    const char* file = "adult/data.csv";
    check({file,
           32561,
           "income",
           "binary",
           {"<=50K", ">50K"},
           {{"number",
             {"age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"}},
            {"category",
             {"workclass", "education", "marital-status", "occupation", "relationship", "race",
              "sex", "native-country", "income"}}}});
    if (test::shared_data_available(file)) CHECK(n_missing(file, "workclass") == 1836);
  }

  TEST_CASE("penguins: three classes, NA that means missing") {
    const char* file = "penguins/data.csv";
    check({file,
           344,
           "species",
           "multiclass",
           {"Adelie", "Chinstrap", "Gentoo"},
           {{"category", {"species", "island", "sex"}},
            {"number",
             {"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year"}}}});
    if (test::shared_data_available(file)) CHECK(n_missing(file, "sex") == 11);
  }

  TEST_CASE("penguins_raw: odd names, constants, comments that are text, dates") {
    // That studyName and Sample Number say nothing about a penguin cannot be known from the cells.
    check({"penguins/penguins_raw.csv",
           344,
           "Species",
           "multiclass",
           {"Adelie Penguin (Pygoscelis adeliae)", "Chinstrap penguin (Pygoscelis antarctica)",
            "Gentoo penguin (Pygoscelis papua)"},
           {{"category", {"studyName", "Species", "Island", "Sex"}},
            {"constant", {"Region", "Stage"}},
            {"text", {"Individual ID", "Comments"}},
            {"boolean", {"Clutch Completion"}},
            {"datetime", {"Date Egg"}},
            {"number",
             {"Sample Number", "Culmen Length (mm)", "Culmen Depth (mm)", "Flipper Length (mm)",
              "Body Mass (g)", "Delta 15 N (o/oo)", "Delta 13 C (o/oo)"}}},
           {"constant Region", "constant Stage", "free_text Comments", "free_text Individual ID"}});
  }

  TEST_CASE("california-housing: amounts and one category, the target named") {
    const char* file = "california-housing/data.csv";
    check({file,
           20640,
           "median_house_value",
           "regression",
           {},
           {{"number",
             {"longitude", "latitude", "housing_median_age", "total_rooms", "total_bedrooms",
              "population", "households", "median_income", "median_house_value"}},
            {"category", {"ocean_proximity"}}}});
    if (test::shared_data_available(file)) CHECK(n_missing(file, "total_bedrooms") == 207);
  }

  TEST_CASE("wine-quality: semicolons, marks from 3 to 9 taken as amounts, and told") {
    const Kinds kinds = {{"number",
                          {"fixed acidity", "volatile acidity", "citric acid", "residual sugar",
                           "chlorides", "free sulfur dioxide", "total sulfur dioxide", "density",
                           "pH", "sulphates", "alcohol", "quality"}}};
    const Texts findings = {"target_assumed quality", "task_assumed quality"};
    check({"wine-quality/data.csv", 4898, "", "regression", {}, kinds, findings});
    check({"wine-quality/red.csv", 1599, "", "regression", {}, kinds, findings});
  }

  TEST_CASE("bike-sharing: a row number, days, flags") {
    const Texts weather = {"temp", "atemp", "hum", "windspeed", "casual", "registered", "cnt"};
    check({"bike-sharing-hourly/data.csv",
           17379,
           "cnt",
           "regression",
           {},
           {{"identifier", {"instant"}},
            {"datetime", {"dteday"}},
            {"boolean", {"yr", "holiday", "workingday"}},
            {"number", Texts{"season", "mnth", "hr", "weekday", "weathersit"} + weather}},
           {"identifier_like instant"}});
    check({"bike-sharing-hourly/day.csv",
           731,
           "cnt",
           "regression",
           {},
           {{"identifier", {"instant"}},
            {"datetime", {"dteday"}},
            {"boolean", {"yr", "holiday", "workingday"}},
            {"number", Texts{"season", "mnth", "weekday", "weathersit"} + weather}},
           {"identifier_like instant"}});
  }

  TEST_CASE("elec2: scaled numbers and a class") {
    check(
        {"elec2/data.csv",
         45312,
         "class",
         "binary",
         {"DOWN", "UP"},
         {{"number",
           {"date", "day", "period", "nswprice", "nswdemand", "vicprice", "vicdemand", "transfer"}},
          {"category", {"class"}}}});
  }

  TEST_CASE("beijing-pm25: a row number, a target that is missing in places") {
    const char* file = "beijing-pm25/data.csv";
    check({file,
           43824,
           "pm2.5",
           "regression",
           {},
           {{"identifier", {"No"}},
            {"number",
             {"year", "month", "day", "hour", "pm2.5", "DEWP", "TEMP", "PRES", "Iws", "Is", "Ir"}},
            {"category", {"cbwd"}}},
           {"identifier_like No"}});
    if (test::shared_data_available(file)) CHECK(n_missing(file, "pm2.5") == 2067);
  }

  TEST_CASE("covertype: whole numbers that are labels, flags, two constants") {
    check(
        {"covertype-20k/data.csv",
         20000,
         "Cover_Type",
         "multiclass",
         {"1", "2", "3", "4", "5", "6", "7"},
         {{"number",
           {"Elevation", "Aspect", "Slope", "Horizontal_Distance_To_Hydrology",
            "Vertical_Distance_To_Hydrology", "Horizontal_Distance_To_Roadways", "Hillshade_9am",
            "Hillshade_Noon", "Hillshade_3pm", "Horizontal_Distance_To_Fire_Points", "Cover_Type"}},
          {"boolean", with("Wilderness_Area", 1, 4) + with("Soil_Type", 1, 40, {7, 15})},
          {"constant", {"Soil_Type7", "Soil_Type15"}}},
         {"constant Soil_Type15", "constant Soil_Type7", "task_assumed Cover_Type"}});
  }

  TEST_CASE("diamonds: quoted categories, a target in the middle") {
    check({"diamonds/data.csv",
           53940,
           "price",
           "regression",
           {},
           {{"number", {"carat", "depth", "table", "price", "x", "y", "z"}},
            {"category", {"cut", "color", "clarity"}}}});
  }

  TEST_CASE("skin-segmentation: tabs in a .csv, labels 1 and 2") {
    check({"skin-segmentation/data.csv",
           245057,
           "",
           "binary",
           {"1", "2"},
           {{"number", {"B", "G", "R", "SKIN"}}},
           {"target_assumed SKIN"}});
  }

  TEST_CASE("kdd99: half a million gzipped rows, 23 classes, the rarest told with their rows") {
    const char* file = "kdd99-10pct/data.csv.gz";
    if (!test::shared_data_available(file)) return;
    const ReadResult read = read_table(test::shared_data_root() / file, {.checksum = false});
    CHECK(read.findings.empty());
    CHECK(read.table.n_rows == 494021);
    const Schema schema = infer_schema(read.table, read.dialect, {.target = "label"}).schema;
    CHECK(schema.task == Task::multiclass);
    CHECK(schema.classes.size() == 23);
    Kinds kinds;
    for (const ColumnSchema& column : schema.columns)
      kinds[std::string(to_string(column.kind))].push_back(column.name);
    CHECK(kinds["category"] == Texts{"protocol_type", "service", "flag", "label"});
    CHECK(kinds["constant"] == Texts{"num_outbound_cmds", "is_host_login"});
    CHECK(kinds["boolean"] == Texts{"land", "logged_in", "root_shell", "is_guest_login"});
    CHECK(kinds["number"].size() == 32);
    Texts told;
    for (const Finding& finding : check_training_data(read.table, schema, 5)) {
      if (finding.code == "data.rare_class") told.push_back(finding.message);
    }
    CHECK(told == Texts{"class 'perl.' of 'label' has 3 rows, fewer than the 5 folds",
                        "class 'phf.' of 'label' has 4 rows, fewer than the 5 folds",
                        "class 'spy.' of 'label' has 2 rows, fewer than the 5 folds"});
  }
}
