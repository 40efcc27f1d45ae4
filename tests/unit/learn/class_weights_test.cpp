// Rare classes: they are found more often when weights are asked for, and probabilities stay those
// of the data.
#include "learn/class_weights.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "learn/calibrate.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/encoding.hpp"
#include "learn/learner.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;
using learn::ClassWeights;

namespace {

/// Rows of which each in `class_share` is kept with that share.
test::Labelled thinned(data::Task task, std::size_t n_rows, std::uint64_t seed,
                       const std::vector<double>& class_share) {
  auto labelled = test::make_labelled(task, n_rows, seed);
  Random random(seed + 1);
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < n_rows; ++row) {
    const auto label = labelled.table.columns.back().codes[row];
    if (random.uniform() < class_share[label]) kept.push_back(row);
  }
  labelled.table = labelled.table.select_rows(kept);
  return labelled;
}

/// Share of each class's rows that are given that label.
std::vector<double> recalls(const data::Predictions& answers, const data::Truth& truth) {
  std::vector<double> found(answers.n_classes, 0.0);
  std::vector<double> n(answers.n_classes, 0.0);
  for (std::size_t row = 0; row < answers.n_rows; ++row) {
    n[truth.classes[row]] += 1;
    found[truth.classes[row]] += answers.labels[row] == truth.classes[row] ? 1 : 0;
  }
  for (std::size_t k = 0; k < n.size(); ++k) found[k] /= n[k];
  return found;
}

/// Mean probability of a class minus the share it has, in standard errors of a share that is
/// learnt from `n_judging` rows.
double surplus_in_errors(const data::Predictions& answers, const data::Truth& truth,
                         std::size_t label, std::size_t n_judging) {
  const auto n = static_cast<double>(answers.n_rows);
  double mean = 0;
  double share = 0;
  for (std::size_t row = 0; row < answers.n_rows; ++row) {
    mean += answers.probabilities_of(row)[label] / n;
    share += truth.classes[row] == label ? 1 / n : 0;
  }
  return (mean - share) / std::sqrt(share * (1 - share) / static_cast<double>(n_judging));
}

data::Truth truth_of(const test::Labelled& labelled) {
  return {.classes = data::target_classes(labelled.table, labelled.schema)};
}

data::Predictions answers_of(const learn::TrainingResult& result, const test::Labelled& rows) {
  return result.model.predict(result.model.conformer().from_table(rows.table));
}

}  // namespace

TEST_SUITE("learn/class_weights") {
  TEST_CASE("balanced weights give every class that has rows the same total") {
    const std::vector<std::uint32_t> classes{0, 0, 0, 0, 0, 0, 1, 1, 3};
    const auto weights = learn::balanced_class_weights(classes, 4);
    CHECK(weights[0] == doctest::Approx(9.0 / (3 * 6)));
    CHECK(weights[1] == doctest::Approx(9.0 / (3 * 2)));
    CHECK(weights[2] == 1.0);
    CHECK(weights[3] == doctest::Approx(9.0 / 3));
  }

  TEST_CASE("resampling draws every class as often as its weight says, whole rows, by seed") {
    learn::Sample sample;
    sample.task = data::Task::binary;
    sample.n_classes = 2;
    sample.n_rows = 50;
    sample.n_inputs = 2;
    for (std::size_t row = 0; row < 50; ++row) {
      sample.classes.push_back(row < 4 ? 1 : 0);
      sample.inputs.push_back(static_cast<float>(row));
      sample.inputs.push_back(-static_cast<float>(row));
    }
    sample.class_weights = learn::balanced_class_weights(sample.classes, 2);
    const auto drawn = learn::resampled(sample, 5);
    std::map<std::size_t, int> times;
    for (std::size_t row = 0; row < drawn.n_rows; ++row) {
      CHECK(drawn.inputs[2 * row] == -drawn.inputs[2 * row + 1]);
      CHECK((drawn.inputs[2 * row] < 4) == (drawn.classes[row] == 1));
      ++times[static_cast<std::size_t>(drawn.inputs[2 * row])];
    }
    CHECK(drawn.n_rows == 50);
    CHECK(std::accumulate(drawn.classes.begin(), drawn.classes.end(), 0U) == 25);
    for (std::size_t row = 0; row < 4; ++row) CHECK(std::abs(times[row] - 6.5) < 1);
    CHECK(learn::resampled(sample, 5).inputs == drawn.inputs);
    CHECK(learn::resampled(sample, 6).inputs != drawn.inputs);
    sample.class_weights.clear();
    CHECK(learn::resampled(sample, 5).inputs == sample.inputs);
  }

  TEST_CASE("class factors make means the shares, a class of few rows keeps its own") {
    Random random(3);
    std::vector<double> probabilities;
    std::vector<std::uint32_t> classes;
    for (std::size_t row = 0; row < 900; ++row) {
      const double a = 0.1 + random.uniform();
      const double b = 0.1 + random.uniform();
      for (const double share : {a, b, 0.2}) probabilities.push_back(share / (a + b + 0.2));
      classes.push_back(row < 3 ? 2 : (row < 90 ? 1 : 0));
    }
    const learn::CalibrationRows rows{probabilities, classes, 3};
    const auto fitted = learn::fit_class_factors(rows);
    CHECK(fitted.factors[2] == 1.0);
    model::calibrate(fitted, probabilities, 3);
    double sums[2] = {0, 0};
    for (std::size_t row = 0; row < 900; ++row) {
      for (std::size_t k = 0; k < 2; ++k) sums[k] += probabilities[3 * row + k];
    }
    CHECK(sums[0] / sums[1] == doctest::Approx(810.0 / 87).epsilon(1e-6));
  }

  TEST_CASE("every learner bears them, and its probabilities stay in the data's proportions") {
    const auto labelled = thinned(data::Task::binary, 3000, 1, {1, 0.08});
    auto dataset = test::dataset_of(labelled);
    dataset.class_weights = learn::balanced_class_weights(dataset.truth.classes, 2);
    const auto rows = test::first_rows(dataset.size());
    const auto fresh_table = thinned(data::Task::binary, 8000, 2, {1, 0.08});
    const auto fresh = test::dataset_of(fresh_table);
    const auto fresh_rows = test::first_rows(fresh.size());
    const learn::Judging judging(fresh, {{{}, fresh_rows}});
    const double share = 1 / (1 + dataset.class_weights[1] / dataset.class_weights[0]);
    using Kernel = learn::KernelParameters;
    struct Case {
      const char* name;
      learn::TrialParameters parameters;
    };
    const Case cases[] = {
        {"linear", learn::LinearParameters{}},
        {"xgboost", learn::BoostingParameters{.max_depth = 3, .max_rounds = 60}},
        {"forest of shares", learn::BoostingParameters{.max_depth = 8,
                                                       .max_rounds = 1,
                                                       .n_parallel_trees = 40,
                                                       .target = learn::BoostingTarget::indicator}},
        {"svm", Kernel{.c = 1}},
        {"random_forest", learn::RandomForestParameters{.n_trees = 40}},
        {"mlp", learn::PerceptronParameters{.n_hidden = 4}}};
    for (const auto& c : cases) {
      CAPTURE(std::string(c.name));
      const bool raw = std::holds_alternative<learn::BoostingParameters>(c.parameters);
      const learn::EncodingSpec spec{.numbers = raw ? learn::NumberEncoding::raw
                                                    : learn::NumberEncoding::standardized};
      const auto design = learn::make_training_design(spec, dataset, rows, 1, 1);
      const auto valid = learn::make_sample(spec, fresh, design.encoder, fresh_rows, 1);
      learn::Candidate candidate;
      candidate.trial.parameters = c.parameters;
      candidate.answers =
          learn::make_learner(c.parameters)->judge(design.sample, valid, {.n_threads = 1}).answers;
      learn::lead_back(dataset, judging, candidate);
      double mean = 0;
      double n_found = 0;
      double n_rare = 0;
      for (std::size_t row = 0; row < fresh.size(); ++row) {
        const double p = candidate.answers[2 * row + 1];
        mean += p / static_cast<double>(fresh.size());
        if (fresh.truth.classes[row] == 0) continue;
        n_rare += 1;
        n_found += p >= share ? 1 : 0;
      }
      CHECK(mean == doctest::Approx(n_rare / static_cast<double>(fresh.size())).epsilon(1e-6));
      CHECK(n_found / n_rare > 0.45);
    }
  }

  TEST_CASE(
      "a training with them finds the rare class, with honest probabilities, twice the same") {
    const auto labelled = thinned(data::Task::binary, 8000, 3, {1, 0.03});
    const auto fresh = thinned(data::Task::binary, 30'000, 4, {1, 0.03});
    const auto truth = truth_of(fresh);
    auto options = test::quick_options(4);
    const auto plain = answers_of(test::train_quietly(labelled, options), fresh);
    options.class_weights = ClassWeights::balanced;
    const auto result = test::train_quietly(labelled, options);
    const auto weighted = answers_of(result, fresh);
    CHECK(recalls(plain, truth)[1] < 0.2);
    CHECK(recalls(weighted, truth)[1] > 0.65);
    CHECK(recalls(weighted, truth)[0] > 0.6);
    CHECK(std::abs(surplus_in_errors(weighted, truth, 1, labelled.table.n_rows / 6)) < 3);
    CHECK(result.recipe["options"]["class_weights"] == "balanced");
    CHECK(result.metric.value < result.dummy.value);
    CHECK(test::bytes_of(test::train_quietly(labelled, options)) == test::bytes_of(result));
  }

  TEST_CASE("of several classes each is found, and the metric balanced accuracy does it too") {
    const auto labelled = thinned(data::Task::multiclass, 6000, 5, {1, 1, 0.03});
    const auto fresh = thinned(data::Task::multiclass, 20'000, 6, {1, 1, 0.03});
    const auto truth = truth_of(fresh);
    auto options = test::quick_options(3);
    const auto plain = answers_of(test::train_quietly(labelled, options), fresh);
    options.metric = data::Metric::balanced_accuracy;
    const auto by_metric = answers_of(test::train_quietly(labelled, options), fresh);
    options.metric.reset();
    options.class_weights = ClassWeights::balanced;
    const auto weighted = answers_of(test::train_quietly(labelled, options), fresh);
    const auto score = [&](const data::Predictions& answers) {
      return data::score(data::Metric::balanced_accuracy, answers, truth);
    };
    CHECK(score(by_metric) > score(plain) + 0.05);
    CHECK(score(weighted) > score(plain) + 0.05);
    for (std::size_t k = 0; k < 3; ++k) {
      CAPTURE(k);
      CHECK(std::abs(surplus_in_errors(weighted, truth, k, labelled.table.n_rows / 6)) < 3);
    }
  }

  TEST_CASE("numbers have no classes to weigh") {
    auto options = test::quick_options(1);
    options.class_weights = ClassWeights::balanced;
    try {
      (void)test::train_quietly(test::make_labelled(data::Task::regression, 100, 1), options);
      FAIL("trained");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid_argument);
      CHECK(error.code() == "learn.class_weights");
      CHECK(!error.hint().empty());
    }
  }
}
