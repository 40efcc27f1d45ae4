#include "model/pipeline.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <functional>

#include "base/error.hpp"
#include "unit/model/sample_pipelines.hpp"

namespace mlops::model {
namespace {

using test::NamedPipeline;
using test::sample_pipelines;
using test::sample_rows;

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
  }
  return true;
}

data::ConformedRows one_row(const data::ConformedRows& rows, std::size_t index) {
  const auto cells = rows.row(index);
  return {.n_rows = 1, .n_features = rows.n_features, .cells = {cells.begin(), cells.end()}};
}

struct LinkRow {
  Link link;
  LinkParameters parameters;
  std::vector<double> margins;  ///< of one row
  std::vector<double> answers;
};

const LinkRow kLinks[] = {
    {Link::identity, {}, {2.5}, {2.5}},
    {Link::identity, {.margin_scale = 2, .margin_shift = 1, .offset = 0.5}, {3}, {7.5}},
    {Link::exponential, {.offset = -1}, {0}, {0}},
    {Link::exponential, {}, {1e6}, {std::exp(700.0)}},
    {Link::square, {.offset = 0.25}, {3}, {9.25}},
    {Link::square, {.offset = 0.25}, {-3}, {0.25}},
    {Link::logistic, {}, {0}, {0.5, 0.5}},
    {Link::logistic, {}, {std::log(3.0)}, {0.25, 0.75}},
    {Link::logistic, {}, {1e9}, {1e-15, 1 - 1e-15}},
    {Link::logistic, {}, {-1e9}, {1 - 1e-15, 1e-15}},
    {Link::logistic, {.margin_scale = -1}, {std::log(3.0)}, {0.75, 0.25}},
    {Link::softmax, {}, {0, std::log(2.0), 0}, {0.25, 0.5, 0.25}},
    {Link::softmax, {}, {1e9, 0}, {1, 1e-15}},
    {Link::one_vs_rest, {}, {0, std::log(3.0), 0}, {0.5 / 1.75, 0.75 / 1.75, 0.5 / 1.75}},
    {Link::clipped_share, {.floor = 0.1}, {0.7}, {0.3, 0.7}},
    {Link::clipped_share, {.floor = 0.1}, {-4}, {0.9, 0.1}},
    {Link::clipped_share, {.floor = 0.1}, {4}, {0.1, 0.9}},
    {Link::clipped_share, {.floor = 0.1}, {0, 0.4, 2}, {0.1 / 1.5, 0.4 / 1.5, 1 / 1.5}},
};

struct BadPipeline {
  const char* name;
  std::function<void(Pipeline&)> spoil;
};

const BadPipeline kBad[] = {
    {"no members", [](Pipeline& p) { p.members.clear(); }},
    {"no encoders", [](Pipeline& p) { p.encoders.clear(); }},
    {"three classes of a binary task", [](Pipeline& p) { p.n_classes = 3; }},
    {"a regression with classes", [](Pipeline& p) { p.task = data::Task::regression; }},
    {"an unknown encoder", [](Pipeline& p) { p.members[1].encoder = 2; }},
    {"a predictor of other inputs", [](Pipeline& p) { p.members[0].encoder = 1; }},
    {"weight 0", [](Pipeline& p) { p.members[0].weight = 0; }},
    {"weight NaN", [](Pipeline& p) { p.members[0].weight = NAN; }},
    {"a value link of classes", [](Pipeline& p) { p.members[0].link = Link::identity; }},
    {"softmax of one margin", [](Pipeline& p) { p.members[0].link = Link::softmax; }},
    {"logistic of two margins", [](Pipeline& p) { p.members[2].link = Link::logistic; }},
    {"floor 0", [](Pipeline& p) { p.members[0].parameters.floor = 0; }},
    {"floor 0.5", [](Pipeline& p) { p.members[0].parameters.floor = 0.5; }},
    {"an infinite scale", [](Pipeline& p) { p.members[0].parameters.margin_scale = INFINITY; }},
    {"a long name", [](Pipeline& p) { p.members[0].learner.assign(101, 'x'); }},
    {"threshold above 1", [](Pipeline& p) { p.threshold = 1.5; }},
    {"threshold NaN", [](Pipeline& p) { p.threshold = NAN; }},
    {"an interval of classes", [](Pipeline& p) { p.interval.emplace(); }},
    {"an empty range", [](Pipeline& p) { p.minimum = 1, p.maximum = 0; }},
    {"encoders of other features", [](Pipeline& p) { p.encoders.push_back(Encoder({}, 9)); }},
    {"a temperature of 0", [](Pipeline& p) { p.calibration = Temperature{0}; }},
    {"an isotonic curve that falls",
     [](Pipeline& p) {
       p.calibration = Isotonic{{0.1, 0.2}, {0.5, 0.4}};
     }},
    {"an isotonic curve without points", [](Pipeline& p) { p.calibration = Isotonic{}; }},
    {"an isotonic curve above 1",
     [](Pipeline& p) {
       p.calibration = Isotonic{{0.1}, {1.5}};
     }},
    {"a platt slope of NaN",
     [](Pipeline& p) {
       p.calibration = Platt{NAN, 0};
     }},
};

}  // namespace

TEST_SUITE("model/pipeline") {
  TEST_CASE("links turn margins into answers") {
    for (const LinkRow& row : kLinks) {
      CAPTURE(to_string(row.link));
      CAPTURE(row.margins[0]);
      std::vector<double> answers(row.answers.size());
      apply_link(row.link, row.parameters, row.margins, 1, answers);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        CHECK(answers[i] == doctest::Approx(row.answers[i]).epsilon(1e-12));
      }
    }
  }

  TEST_CASE("the samples are sound and describe themselves") {
    for (const NamedPipeline& sample : sample_pipelines()) {
      CAPTURE(sample.name);
      CHECK_NOTHROW(sample.pipeline.validate());
    }
    CHECK(describe(test::binary_pipeline()) ==
          "xgboost 0.50 (2 trees) + random_forest 0.25 (2 trees) + mlp 0.25");
    Pipeline single = test::regression_pipeline();
    single.members = {single.members[2]};
    CHECK(describe(single) == "svr (5 vectors)");
  }

  TEST_CASE("a row gives the same bits alone and in a batch of any size") {
    const data::ConformedRows rows = sample_rows(1100);  // beyond two chunks
    for (const NamedPipeline& sample : sample_pipelines()) {
      CAPTURE(sample.name);
      const data::Predictions all = predict(sample.pipeline, rows);
      data::Predictions alone;
      for (std::size_t i = 0; i < rows.n_rows; ++i) {
        const data::Predictions one = predict(sample.pipeline, one_row(rows, i));
        const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
          to.insert(to.end(), from.begin(), from.end());
        };
        append(alone.values, one.values);
        append(alone.lower, one.lower);
        append(alone.upper, one.upper);
        append(alone.probabilities, one.probabilities);
        alone.labels.insert(alone.labels.end(), one.labels.begin(), one.labels.end());
      }
      CHECK(same_bits(all.values, alone.values));
      CHECK(same_bits(all.lower, alone.lower));
      CHECK(same_bits(all.upper, alone.upper));
      CHECK(same_bits(all.probabilities, alone.probabilities));
      CHECK(all.labels == alone.labels);
    }
  }

  TEST_CASE("probabilities sum to one and lie inside 0 and 1") {
    const data::ConformedRows rows = sample_rows(300);
    for (const NamedPipeline& sample : sample_pipelines()) {
      if (sample.pipeline.task == data::Task::regression) continue;
      CAPTURE(sample.name);
      const data::Predictions answers = predict(sample.pipeline, rows);
      for (std::size_t row = 0; row < rows.n_rows; ++row) {
        double sum = 0;
        for (const double p : answers.probabilities_of(row)) {
          CHECK((p > 0 && p < 1));
          sum += p;
        }
        CHECK(sum == doctest::Approx(1).epsilon(1e-12));
      }
    }
  }

  TEST_CASE("the answer is the weighted mean of the members' answers") {
    Pipeline pipeline = test::regression_pipeline();
    pipeline.interval.reset();
    pipeline.minimum = -INFINITY;
    const data::ConformedRows rows = sample_rows(5);
    const data::Predictions answers = predict(pipeline, rows);
    std::vector<double> expected(5);
    for (const Member& member : pipeline.members) {
      const std::vector<float> inputs = pipeline.encoders[member.encoder].encode(rows);
      const std::vector<double> part = member_answers(member, inputs, 5, 0);
      for (std::size_t i = 0; i < 5; ++i) expected[i] += member.weight / 6 * part[i];
    }
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(answers.values[i] == doctest::Approx(expected[i]));
      CHECK(std::isnan(answers.lower[i]));
      CHECK(std::isnan(answers.upper[i]));
    }
  }

  TEST_CASE("a binary label follows the threshold, a multiclass label the largest share") {
    Pipeline pipeline = test::binary_pipeline();
    pipeline.calibration.reset();
    pipeline.threshold = 0.3;
    const data::Predictions binary = finish(pipeline, {0.7, 0.3, 0.71, 0.29});
    CHECK(binary.labels == std::vector<std::uint32_t>{1, 0});
    Pipeline classes = test::multiclass_pipeline();
    classes.calibration.reset();
    const data::Predictions multi = finish(classes, {0.2, 0.4, 0.4, 0.1, 0.2, 0.7});
    CHECK(multi.labels == std::vector<std::uint32_t>{1, 2});
    classes.label_weights = {3, 1, 0.1};
    const data::Predictions weighted = finish(classes, {0.2, 0.4, 0.4, 0.1, 0.2, 0.7});
    CHECK(weighted.labels == std::vector<std::uint32_t>{0, 0});
    CHECK(weighted.probabilities == multi.probabilities);
  }

  TEST_CASE("intervals are quantiles around the answer, scaled by the row and clamped") {
    const Pipeline pipeline = test::regression_pipeline();  // below 1.5, above 2, range from 0
    const std::vector<double> scales{1, 2};
    const data::Predictions answers = finish(pipeline, {10, 1}, scales);
    CHECK(answers.lower == std::vector<double>{8.5, 0});
    CHECK(answers.values == std::vector<double>{10, 1});
    CHECK(answers.upper == std::vector<double>{12, 5});
    CHECK(finish(pipeline, {10}).upper == std::vector<double>{12});
    const data::ConformedRows rows = sample_rows(4);
    const ErrorScale& scale = *pipeline.interval->scale;
    const auto own = error_scales(scale, pipeline.encoders[1].encode(rows), 4);
    const data::Predictions predicted = predict(pipeline, rows);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(own[i] >= scale.floor);
      CHECK(predicted.upper[i] == doctest::Approx(predicted.values[i] + 2 * own[i]));
    }
  }

  TEST_CASE("parts that do not fit together are refused") {
    for (const BadPipeline& bad : kBad) {
      CAPTURE(bad.name);
      Pipeline pipeline = test::binary_pipeline();
      bad.spoil(pipeline);
      CHECK_THROWS_AS(pipeline.validate(), Error);
    }
    Pipeline pipeline = test::regression_pipeline();
    pipeline.interval->scale->floor = 0;
    CHECK_THROWS_AS(pipeline.validate(), Error);
    pipeline = test::regression_pipeline();
    pipeline.calibration = Temperature{};
    CHECK_THROWS_AS(pipeline.validate(), Error);
    pipeline = test::multiclass_pipeline();
    pipeline.calibration = Platt{};
    CHECK_THROWS_AS(pipeline.validate(), Error);
    for (const std::vector<double>& weights :
         {std::vector<double>{1, 2}, {1, 2, 0}, {1, 2, -1}, {1, 2, std::nan("")}, {1, 2, 1e13}}) {
      CAPTURE(weights.size());
      pipeline = test::multiclass_pipeline();
      pipeline.label_weights = weights;
      CHECK_THROWS_AS(pipeline.validate(), Error);
      pipeline = test::multiclass_pipeline();
      pipeline.members[0].parameters.class_factors = weights;
      CHECK_THROWS_AS(pipeline.validate(), Error);
      pipeline = test::multiclass_pipeline();
      pipeline.calibration = ClassFactors{weights};
      CHECK_THROWS_AS(pipeline.validate(), Error);
    }
  }

  TEST_CASE("no rows give no answers") {
    for (const NamedPipeline& sample : sample_pipelines()) {
      CHECK(predict(sample.pipeline, sample_rows(0)).n_rows == 0);
    }
  }
}

}  // namespace mlops::model
