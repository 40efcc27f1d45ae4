// The forests we deploy against the library they come from.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <span>
#include <string>

#include "base/random.hpp"
#include "learn/boosting.hpp"
#include "learn/encoding.hpp"
#include "learn/xgboost/forest_import.hpp"
#include "learn/xgboost/library.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;
using learn::BoostingParameters;
using learn::BoostingTarget;

namespace {

/// Inputs with missing cells and, in the last column, category codes.
struct Inputs {
  std::size_t n_rows = 300;
  std::size_t n_columns = 4;
  std::vector<float> values;
};

Inputs make_inputs(std::uint64_t seed, std::size_t n_rows = 300) {
  Inputs inputs;
  inputs.n_rows = n_rows;
  Random random(seed);
  for (std::size_t row = 0; row < inputs.n_rows; ++row) {
    for (std::size_t column = 0; column + 1 < inputs.n_columns; ++column) {
      inputs.values.push_back(random.uniform() < 0.1 ? std::nanf("")
                                                     : static_cast<float>(random.normal()));
    }
    inputs.values.push_back(static_cast<float>(random.below(12)));
  }
  return inputs;
}

constexpr unsigned kBins = 64;

struct GrowCase {
  std::string objective;
  bool weighted = false;
  bool categorical = false;
  const char* subsample = "1";
  unsigned n_threads = 1;
  std::size_t n_rows = 300;
};

std::vector<float> rising_weights(std::size_t n) {
  std::vector<float> weights;
  for (std::size_t row = 0; row < n; ++row) weights.push_back(static_cast<float>(1 + row % 3));
  return weights;
}

/// Eight rounds on the matrix, serialized.
std::string grown_on(learn::xgboost::Matrix& matrix, const Inputs& inputs, const GrowCase& c) {
  const bool several = c.objective == "multi:softprob";
  std::vector<float> labels;
  for (std::size_t row = 0; row < inputs.n_rows; ++row) {
    const auto code = static_cast<int>(inputs.values[row * inputs.n_columns + 3]);
    const int label = c.objective == "reg:squarederror" ? code * code : code % (several ? 3 : 2);
    labels.push_back(static_cast<float>(label));
  }
  matrix.set_labels(labels);
  learn::xgboost::Parameters parameters = {{"objective", c.objective},
                                           {"tree_method", "hist"},
                                           {"nthread", std::to_string(c.n_threads)},
                                           {"subsample", c.subsample},
                                           {"max_bin", std::to_string(kBins)},
                                           {"max_cat_to_onehot", "5"}};
  if (several) parameters.emplace_back("num_class", "3");
  learn::xgboost::Booster booster({&matrix}, parameters);
  for (unsigned round = 0; round < 8; ++round) booster.update(round, matrix);
  return booster.serialize();
}

}  // namespace

TEST_SUITE("learn/xgboost") {
  TEST_CASE("an imported forest answers XGBoost's margins to the last bit") {
    struct Case {
      const char* objective;
      const char* base_score;
      int n_classes;
      bool categorical;
    };
    const Case cases[] = {
        {"reg:squarederror", "1234.5", 0, false}, {"reg:squarederror", "-3", 0, true},
        {"binary:logistic", "0.27", 2, false},    {"binary:logistic", "0.5", 2, true},
        {"count:poisson", "2.5", 0, false},       {"multi:softprob", "0.5", 3, true}};
    for (const auto& c : cases) {
      CAPTURE(c.objective);
      CAPTURE(c.categorical);
      const auto inputs = make_inputs(5);
      learn::xgboost::Matrix matrix(inputs.values, inputs.n_rows, inputs.n_columns, 1);
      if (c.categorical) matrix.set_categorical({false, false, false, true});
      std::vector<float> labels;
      for (std::size_t row = 0; row < inputs.n_rows; ++row) {
        const float code = inputs.values[row * inputs.n_columns + 3];
        labels.push_back(c.n_classes > 0 ? static_cast<float>(static_cast<int>(code) % c.n_classes)
                                         : code * code);
      }
      matrix.set_labels(labels);
      learn::xgboost::Parameters parameters = {{"objective", c.objective},
                                               {"base_score", c.base_score},
                                               {"tree_method", "hist"},
                                               {"nthread", "1"},
                                               {"max_cat_to_onehot", "5"}};
      if (c.n_classes > 2) parameters.emplace_back("num_class", "3");
      learn::xgboost::Booster booster({&matrix}, parameters);
      for (unsigned round = 0; round < 12; ++round) booster.update(round, matrix);
      const auto forest = learn::xgboost::import_forest(booster.serialize(), inputs.n_columns);
      const auto expected = booster.predict_margins(matrix, 0);
      std::vector<double> margins(expected.size());
      forest.predict(inputs.values, inputs.n_rows, margins);
      std::size_t n_different = 0;
      for (std::size_t i = 0; i < margins.size(); ++i) {
        n_different += static_cast<float>(margins[i]) == expected[i] ? 0U : 1U;
      }
      CHECK(n_different == 0);
    }
  }

  TEST_CASE("trees grown on bins are those grown on a copy, to the bit") {
    const GrowCase cases[] = {{"binary:logistic", false, false, "1", 1, 300},
                              {"binary:logistic", true, false, "0.7", 2, 300},
                              {"reg:squarederror", false, true, "1", 1, 300},
                              {"reg:squarederror", true, true, "0.7", 2, 300},
                              {"multi:softprob", true, false, "0.7", 1, 300},
                              {"multi:softprob", false, true, "1", 2, 300},
                              // More than a block of rows and more values than bins.
                              {"reg:squarederror", true, true, "0.7", 2, 40'000},
                              {"reg:squarederror", false, false, "1", 1, 1}};
    for (const auto& c : cases) {
      CAPTURE(c.objective);
      CAPTURE(c.weighted);
      CAPTURE(c.categorical);
      CAPTURE(c.n_rows);
      const auto inputs = make_inputs(7, c.n_rows);
      const std::vector<bool> categories = {false, false, false, c.categorical};
      const auto weights = c.weighted ? rising_weights(c.n_rows) : std::vector<float>();
      learn::xgboost::Matrix copy(inputs.values, inputs.n_rows, inputs.n_columns, c.n_threads);
      if (c.categorical) copy.set_categorical(categories);
      if (c.weighted) copy.set_weights(weights);
      learn::xgboost::QuantizedShape shape{.n_rows = inputs.n_rows,
                                           .n_columns = inputs.n_columns,
                                           .n_bins = kBins,
                                           .n_threads = c.n_threads,
                                           .weights = weights};
      if (c.categorical) shape.is_category = categories;
      const auto source = [&](std::size_t first, std::span<float> values) {
        const auto from = first * inputs.n_columns;
        std::copy_n(inputs.values.begin() + static_cast<std::ptrdiff_t>(from), values.size(),
                    values.begin());
      };
      auto bins = learn::xgboost::Matrix::quantized(shape, source);
      CHECK(grown_on(bins, inputs, c) == grown_on(copy, inputs, c));
    }
  }

  TEST_CASE("what fails while rows are handed over comes out as it was thrown") {
    for (const std::size_t failing_call : {1UL, 2UL, 3UL}) {
      CAPTURE(failing_call);
      std::size_t n_calls = 0;
      const auto source = [&](std::size_t, std::span<float> values) {
        if (++n_calls == failing_call) throw std::bad_alloc();
        std::fill(values.begin(), values.end(), static_cast<float>(n_calls));
      };
      CHECK_THROWS_AS((void)learn::xgboost::Matrix::quantized(
                          {.n_rows = 50, .n_columns = 2, .n_bins = 16}, source),
                      std::bad_alloc);
    }
  }

  TEST_CASE("the library's errors become ours, in one line") {
    const std::vector<float> values = {1, 2, 3};
    learn::xgboost::Matrix matrix(values, 3, 1, 1);
    matrix.set_labels(std::vector<float>{1, 2, 3});
    learn::xgboost::Booster booster({&matrix}, {{"objective", "no:such"}});
    try {
      booster.update(0, matrix);
      FAIL("an unknown objective was accepted");
    } catch (const Error& error) {
      CHECK(error.code() == "learn.xgboost");
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }
  }

  TEST_CASE("a refit with the rounds of a fold gives the fold's own answers") {
    struct Case {
      data::Task task;
      BoostingTarget target;
    };
    const Case cases[] = {{data::Task::regression, BoostingTarget::plain},
                          {data::Task::regression, BoostingTarget::indicator},
                          {data::Task::binary, BoostingTarget::plain},
                          {data::Task::binary, BoostingTarget::indicator},
                          {data::Task::multiclass, BoostingTarget::plain},
                          {data::Task::multiclass, BoostingTarget::indicator}};
    for (const auto& c : cases) {
      CAPTURE(static_cast<int>(c.task));
      CAPTURE(static_cast<int>(c.target));
      const auto labelled = test::make_labelled(c.task, 300, 3);
      const auto dataset = test::dataset_of(labelled);
      const auto rows = test::first_rows(300);
      const learn::RowIndices train(rows.begin(), rows.begin() + 200);
      const learn::RowIndices valid(rows.begin() + 200, rows.end());
      const learn::EncodingSpec spec;
      const auto design = learn::make_training_design(spec, dataset, train, 1, 1);
      const auto judged = learn::make_sample(spec, dataset, design.encoder, valid, 1);
      BoostingParameters parameters{.subsample = 0.8, .max_rounds = 20, .target = c.target};
      if (c.target == BoostingTarget::indicator) {
        parameters.eta = 1;
        parameters.max_rounds = 1;
        parameters.n_parallel_trees = 15;
      }
      const learn::BoostingLearner learner(parameters);
      const learn::FitContext context{.seed = 9, .n_threads = 1};
      const auto fold = learner.judge(design.sample, judged, context);
      const auto member = learner.fit(design.sample, fold.hints, context);
      const auto cells = learn::cells_of(dataset, valid);
      const auto answers = model::member_answers(member, design.encoder.encode(cells), cells.n_rows,
                                                 dataset.n_classes);
      CHECK(answers == fold.answers);
    }
  }
}
