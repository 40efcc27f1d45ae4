#include "model/contribution.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "unit/model/sample_pipelines.hpp"

namespace mlops::model {
namespace {

using test::NamedPipeline;
using test::sample_pipelines;
using test::sample_rows;

Contributions explain(const Pipeline& pipeline, const data::ConformedRows& rows) {
  return model::explain(pipeline, rows, predict(pipeline, rows));
}

double sum_of(const Contributions& c, std::size_t row) {
  const auto begin = c.values.begin() + static_cast<std::ptrdiff_t>(row * c.n_features);
  return std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(c.n_features), c.base[row]);
}

}  // namespace

TEST_SUITE("model/contribution") {
  TEST_CASE("base and contributions add up to the raw score in every kind of pipeline") {
    const data::ConformedRows rows = sample_rows(60);
    for (const NamedPipeline& sample : sample_pipelines()) {
      CAPTURE(sample.name);
      const Contributions c = explain(sample.pipeline, rows);
      REQUIRE(c.values.size() == 60 * test::kSampleFeatures);
      for (std::size_t row = 0; row < rows.n_rows; ++row) {
        CHECK(std::isfinite(c.raw_score[row]));
        CHECK(sum_of(c, row) == doctest::Approx(c.raw_score[row]).epsilon(1e-9));
      }
    }
  }

  TEST_CASE("the raw score of a regression is the answer before clamping") {
    Pipeline pipeline = test::regression_pipeline();
    pipeline.minimum = -INFINITY;
    const data::ConformedRows rows = sample_rows(30);
    const data::Predictions answers = predict(pipeline, rows);
    const Contributions c = explain(pipeline, rows);
    for (std::size_t row = 0; row < rows.n_rows; ++row) {
      CHECK(c.raw_score[row] == doctest::Approx(answers.values[row]).epsilon(1e-9));
    }
  }

  TEST_CASE("the raw score of one binary member is its log odds") {
    const data::ConformedRows rows = sample_rows(30);
    for (std::size_t i = 0; i < 6; ++i) {
      const std::size_t member = i / 2;
      CAPTURE(i);
      Pipeline pipeline = test::binary_pipeline();
      pipeline.members = {pipeline.members[member]};
      if (i % 2 == 1) pipeline.members[0].parameters.class_factors = {0.2, 5};
      pipeline.calibration.reset();
      const data::Predictions answers = predict(pipeline, rows);
      const Contributions c = explain(pipeline, rows);
      for (std::size_t row = 0; row < rows.n_rows; ++row) {
        const auto p = answers.probabilities_of(row);
        CHECK(c.raw_score[row] == doctest::Approx(std::log(p[1] / p[0])).epsilon(1e-6));
      }
    }
  }

  TEST_CASE("the explained class of a multiclass answer is the answered one") {
    const Pipeline pipeline = test::multiclass_pipeline();
    const data::ConformedRows rows = sample_rows(30);
    const data::Predictions answers = predict(pipeline, rows);
    const Contributions c = explain(pipeline, rows);
    const Member& first = pipeline.members[0];
    Pipeline alone = pipeline;
    alone.members = {first};
    const Contributions own = model::explain(alone, rows, answers);
    const std::vector<float> inputs = pipeline.encoders[0].encode(rows);
    std::vector<double> margins(rows.n_rows * 3);
    predict_margins(first.predictor, inputs, rows.n_rows, margins);
    for (std::size_t row = 0; row < rows.n_rows; ++row) {
      CHECK(own.raw_score[row] == doctest::Approx(margins[row * 3 + answers.labels[row]]));
    }
    CHECK(c.n_rows == rows.n_rows);
  }

  TEST_CASE("one forest with an identity link is explained by its TreeSHAP values") {
    Pipeline pipeline = test::regression_pipeline();
    pipeline.members = {pipeline.members[0]};
    const data::ConformedRows rows = sample_rows(10);
    const Contributions c = explain(pipeline, rows);
    const Encoder& encoder = pipeline.encoders[0];
    const std::vector<float> inputs = encoder.encode(rows);
    for (std::size_t row = 0; row < rows.n_rows; ++row) {
      std::vector<double> by_input(encoder.n_inputs());
      const auto own = std::span(inputs).subspan(row * encoder.n_inputs(), encoder.n_inputs());
      const double base = contribute(pipeline.members[0].predictor, own, 0, by_input);
      std::vector<double> by_feature(test::kSampleFeatures);
      for (std::size_t i = 0; i < by_input.size(); ++i) {
        by_feature[encoder.feature_of_input()[i]] += by_input[i];
      }
      CHECK(c.base[row] == doctest::Approx(base).epsilon(1e-6));
      for (std::size_t f = 0; f < by_feature.size(); ++f) {
        CHECK(c.values[row * c.n_features + f] == doctest::Approx(by_feature[f]).epsilon(1e-6));
      }
    }
  }

  TEST_CASE("a feature no member reads contributes nothing") {
    Pipeline pipeline{.task = data::Task::regression};
    pipeline.encoders = {Encoder({{.feature = 0, .step = Standardized{}}}, 4)};
    pipeline.members = {
        {.learner = "linear",
         .predictor = Linear({.intercepts = {1}, .weights = {2}, .input_means = {3}})}};
    const data::ConformedRows rows{.n_rows = 1, .n_features = 4, .cells = {5, 6, 7, 8}};
    const Contributions c = explain(pipeline, rows);
    CHECK(c.values == std::vector<double>{4, 0, 0, 0});
    CHECK(c.base == std::vector<double>{7});
    CHECK(c.raw_score == std::vector<double>{11});
  }
}

}  // namespace mlops::model
