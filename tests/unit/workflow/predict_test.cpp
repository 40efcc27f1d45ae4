#include "workflow/predict.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace mlops::workflow {
namespace {

PredictReport classes() {
  return {.schema = {.columns = {{.name = "a, b"}},
                     .task = data::Task::binary,
                     .classes = {"no", "yes"}},
          .predictions = {.task = data::Task::binary,
                          .n_rows = 2,
                          .n_classes = 2,
                          .probabilities = {0.75, 0.25, 0.1, 0.9},
                          .labels = {0, 1}}};
}

}  // namespace

TEST_SUITE("workflow/predict") {
  TEST_CASE("classes come with a probability each") {
    CHECK(predictions_csv(classes()) ==
          "prediction,probability_no,probability_yes\nno,0.75,0.25\nyes,0.1,0.9\n");
    CHECK(predictions_jsonl(classes()) ==
          "{\"prediction\":\"no\",\"probability_no\":0.75,\"probability_yes\":0.25}\n"
          "{\"prediction\":\"yes\",\"probability_no\":0.1,\"probability_yes\":0.9}\n");
  }

  TEST_CASE("contributions follow, names are quoted where CSV needs it") {
    PredictReport report = classes();
    report.contributions = model::Contributions{
        .n_rows = 2, .n_features = 1, .values = {0.5, -0.5}, .base = {-1, -1}, .raw_score = {}};
    CHECK(predictions_csv(report) ==
          "prediction,probability_no,probability_yes,\"contribution_a, b\",contribution_base\n"
          "no,0.75,0.25,0.5,-1\nyes,0.1,0.9,-0.5,-1\n");
  }

  TEST_CASE("numbers come with their interval, an unknown one is empty or null") {
    const PredictReport report{.schema = {.task = data::Task::regression},
                               .predictions = {.task = data::Task::regression,
                                               .n_rows = 1,
                                               .values = {1.5},
                                               .lower = {std::nan("")},
                                               .upper = {2.0}}};
    CHECK(predictions_csv(report) == "prediction,lower,upper\n1.5,,2\n");
    CHECK(predictions_jsonl(report) == "{\"prediction\":1.5,\"lower\":null,\"upper\":2.0}\n");
  }
}

}  // namespace mlops::workflow
