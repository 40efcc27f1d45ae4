#include "report_samples.hpp"

#include <memory>

#include "base/json.hpp"
#include "health_samples.hpp"
#include "model/pipeline.hpp"
#include "unit/model/sample_pipelines.hpp"

namespace mlops::samples {
namespace {

model::Model binary_model() {
  return {test::sample_schema(data::Task::binary),
          std::make_shared<const model::Pipeline>(test::binary_pipeline())};
}

data::Schema customer_schema() {
  return {.columns = {{.name = "customer_id",
                       .kind = data::ColumnKind::identifier,
                       .role = data::ColumnRole::ignored,
                       .reason = "unique in every row",
                       .n_distinct = 7043,
                       .examples = {"7590-VHVEG", "5575-GNVDE"}},
                      {.name = "tenure",
                       .kind = data::ColumnKind::number,
                       .integral = true,
                       .minimum = 0,
                       .maximum = 72,
                       .n_distinct = 73},
                      {.name = "contract",
                       .kind = data::ColumnKind::category,
                       .categories = {"Month-to-month", "Two year", "One year"},
                       .n_missing = 11,
                       .n_distinct = 3},
                      {.name = "signed_up",
                       .kind = data::ColumnKind::datetime,
                       .minimum = 1700000000,
                       .maximum = 1773944587,
                       .n_distinct = 900},
                      {.name = "Churn",
                       .kind = data::ColumnKind::boolean,
                       .role = data::ColumnRole::target,
                       .categories = {"No", "Yes"},
                       .n_distinct = 2}},
          .target = "Churn",
          .task = data::Task::binary,
          .classes = {"No", "Yes"}};
}

std::vector<data::Finding> findings() {
  return {{.code = "data.identifier_like",
           .column = "customer_id",
           .message = "customer_id is different in every row and is left out",
           .hint = "--keep customer_id to use it anyway"},
          {.code = "data.duplicate_rows", .message = "22 rows appear more than once"}};
}

workflow::RetrainReport retrain_base() {
  workflow::RetrainReport report{.model = "churn", .champion = 4};
  report.decision = {
      .retrain = true,
      .triggers =
          {{.name = "performance",
            .now = "accuracy 0.884, floor 0.900, 1,482 labels",
            .rule = "evidence that the floor is not held",
            .fired = true},
           {.name = "drift", .now = "tenure PSI 0.31", .rule = "beyond a margin", .fired = true},
           {.name = "new labels", .now = "9,812", .rule = "at least 500", .fired = true},
           {.name = "schedule", .now = "none", .rule = "never", .fired = false}},
      .reason = "accuracy 0.884 is below its floor"};
  report.n_old = 52380;
  report.n_labelled = 9812;
  report.n_duplicates = 44;
  report.windows = {{"all rows", 0.421, 62148, true}, {"new rows only", 0.437, 9768, false}};
  report.metric = "log_loss";
  report.challenger = 5;
  report.seconds = 182;
  return report;
}

}  // namespace

workflow::TrainReport train_report() {
  using data::Metric;
  workflow::TrainReport report{
      .model = "churn",
      .version = 5,
      .size_bytes = 8'400'000,
      .n_rows = 61044,
      .n_columns = 21,
      .result = {.model = binary_model(),
                 .leaderboard = {{.learner = "xgboost",
                                  .params = "depth=6 eta=0.12 rounds=412",
                                  .score = 0.4207,
                                  .standard_error = 0.0061,
                                  .fit_seconds = 3.81,
                                  .predict_us = 20,
                                  .weight = 0.6},
                                 {.learner = "linear",
                                  .params = "l2=0.1",
                                  .score = 0.4312,
                                  .standard_error = 0.0063,
                                  .fit_seconds = 0.12,
                                  .predict_us = 0.4,
                                  .weight = 0.4},
                                 {.learner = "dummy", .score = 0.5786, .predict_us = 0.01},
                                 {.learner = "kernel_svm", .failure = "did not converge"}},
                 .metric = {Metric::log_loss, 0.4193, 0.401, 0.438, 9157},
                 .metrics = {{Metric::log_loss, 0.4193, 0.401, 0.438, 9157},
                             {Metric::accuracy, 0.806, 0.798, 0.814, 9157},
                             {Metric::roc_auc, 0.848, 0.837, 0.858, 9157}},
                 .dummy = {Metric::log_loss, 0.5791, 0.57, 0.588, 9157},
                 .importance = {{"age", 0.01, 0, 0.02},
                                {"plan", 0.05, 0.04, 0.06},
                                {"active", -0.001, -0.01, 0.01}},
                 .n_trials = 63},
      .warnings = findings(),
      .deployed = true,
      .champion_before = 4,
      .artifact_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      .seconds = 291};
  return report;
}

workflow::RetrainReport promoted_report() {
  workflow::RetrainReport report = retrain_base();
  report.outcome = workflow::RetrainOutcome::promoted;
  report.sentence = "churn@5 is better on 9,322 rows that neither has seen";
  report.gate = workflow::GateReport{
      .verdict = workflow::Verdict::promote,
      .reason = "better",
      .criteria = {{"log_loss (n 9,322)", "0.452", "0.418", "better, p < 0.05", "+0.034 (p 0.001)",
                    true},
                   {"recent rows (n 2,400)", "0.471", "0.412", "not worse", "+0.059", true},
                   {"worst segment contract=Two year", "0.302", "0.305", "at most 5 % worse",
                    "-0.003", true},
                   {"latency", "19 us", "18 us", "at most 2x", "0.95x", true}},
      .n = 9322};
  return report;
}

workflow::RetrainReport kept_report() {
  workflow::RetrainReport report = retrain_base();
  report.outcome = workflow::RetrainOutcome::kept;
  report.sentence = "churn@5 is not better on the same held-out rows";
  report.n_from_files = 300;
  report.quarantined = {{"late.csv", "column 'tenure' is missing"}};
  report.gate = workflow::GateReport{.verdict = workflow::Verdict::keep,
                                     .reason = "not better",
                                     .criteria = {{"log_loss (n 9,322)", "0.418", "0.421",
                                                   "better, p < 0.05", "-0.003 (p 0.62)", false}},
                                     .n = 9322};
  return report;
}

workflow::RetrainReport not_needed_report() {
  return {.model = "churn",
          .champion = 4,
          .decision = {.retrain = false,
                       .triggers = {{.name = "drift", .now = "none", .rule = "beyond a margin"}},
                       .reason = "no trigger fired"},
          .sentence = "nothing to do"};
}

std::vector<workflow::ModelSummary> model_list() {
  return {{.name = "churn",
           .n_versions = 5,
           .latest = 5,
           .aliases = {.champion = 4,
                       .previous = 3,
                       .challenger = registry::Challenger{.version = 5, .shadow = true}},
           .metric = data::MetricValue{data::Metric::log_loss, 0.4193, 0.401, 0.438, 9157},
           .task = "binary",
           .target = "Churn",
           .created_at = now()},
          {.name = "price",
           .n_versions = 1,
           .latest = 1,
           .task = "regression",
           .target = "amount",
           .created_at = now()}};
}

workflow::VersionDetails version_details() {
  Json metadata = parse_json(R"({
    "rows": 7043, "description": "xgboost 0.60 (412 trees) + linear 0.40",
    "metric": {"name": "log_loss", "value": 0.4193, "lower": 0.401, "upper": 0.438, "n": 9157},
    "dummy": {"name": "log_loss", "value": 0.5791, "n": 9157},
    "metrics": [{"name": "log_loss", "value": 0.4193}, {"name": "accuracy", "value": 0.806}],
    "leaderboard": [
      {"learner": "xgboost", "params": "depth=6", "score": 0.4207, "standard_error": 0.006,
       "fit_seconds": 3.8, "predict_us": 20, "weight": 1.0, "failure": ""},
      {"learner": "dummy", "params": "", "score": 0.5786, "standard_error": null,
       "fit_seconds": null, "predict_us": 0.01, "weight": 0, "failure": ""}],
    "importance": [{"feature": "contract", "importance": 0.05}],
    "data": {"source": "customers.csv", "sha256": "abcdef0123456789", "snapshot": "abcdef"},
    "warnings": [{"code": "data.identifier_like", "column": "customer_id",
                  "message": "different in every row"}]})",
                             "sample");
  return {.model = "churn",
          .manifest = {.model = "churn",
                       .version = 4,
                       .created_at = now(),
                       .files = {{"model.bin", "9f86d081884c7d659a2feaa0c55ad015", 190211},
                                 {"schema.json", "0e5751c026e543b2e8ab2eb06099daa1", 2210}},
                       .metadata = std::move(metadata)},
          .aliases = {.champion = 4, .previous = 3},
          .versions = {3, 4, 5},
          .schema = customer_schema()};
}

workflow::CompareReport compare_report() {
  workflow::VersionDetails a = version_details();
  a.manifest.metadata["task"] = "binary";
  a.manifest.metadata["metrics"] = parse_json(
      R"([{"name": "log_loss", "value": 0.4193, "lower": 0.401, "upper": 0.438, "n": 9157},
          {"name": "accuracy", "value": 0.806, "lower": 0.798, "upper": 0.814, "n": 9157},
          {"name": "f1", "value": 0.61, "lower": null, "upper": null, "n": 9157}])",
      "sample");
  a.manifest.metadata["recipe"] = parse_json(
      R"({"options": {"preset": "fast", "seed": 1, "folds": null}, "n_trials": 4,
          "trials": [{"name": "x"}]})",
      "sample");
  workflow::VersionDetails b = a;
  b.manifest.version = 5;
  b.manifest.created_at.micros += 86'400'000'000;
  b.manifest.files[0].size_bytes = 250'000;
  b.schema.columns[1].name = "months";
  Json& metadata = b.manifest.metadata;
  metadata["rows"] = 7100;
  metadata["data"]["sha256"] = "fedcba9876543210";
  metadata["leaderboard"][0]["predict_us"] = 31;
  metadata["metrics"][0] = parse_json(
      R"({"name": "log_loss", "value": 0.381, "lower": 0.372, "upper": 0.395, "n": 9200})",
      "sample");
  metadata["metrics"][1]["value"] = 0.809;
  metadata["recipe"]["options"]["seed"] = 2;
  metadata["recipe"]["libraries"] = {{"xgboost", "1.7.4"}};
  return workflow::compare(std::move(a), std::move(b));
}

workflow::InspectReport inspect_report() {
  return {.dialect = {.encoding = "latin-1",
                      .separator = ';',
                      .line_end = "crlf",
                      .decimal = ',',
                      .thousands = '.'},
          .n_rows = 7043,
          .size_bytes = 977501,
          .schema = customer_schema(),
          .findings = findings()};
}

}  // namespace mlops::samples
