// dlib's learners against closed forms and against a truth they can represent.
#include "learn/dlib_learners/dlib_learners.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "base/random.hpp"
#include "learn/dlib_learners/linear_loss.hpp"
#include "learn/dummy.hpp"

using namespace mlops;
using data::Task;

namespace {

/// Two inputs; the truth is `truth(x0, x1)` for numbers, its sign or tercile for classes.
learn::Sample make_sample(std::size_t n_classes, std::size_t n_rows, std::uint64_t seed) {
  learn::Sample sample;
  sample.task =
      n_classes == 0 ? Task::regression : (n_classes == 2 ? Task::binary : Task::multiclass);
  sample.n_classes = n_classes;
  sample.n_rows = n_rows;
  sample.n_inputs = 2;
  Random random(seed);
  for (std::size_t row = 0; row < n_rows; ++row) {
    const double a = random.normal();
    const double b = random.normal();
    sample.inputs.push_back(static_cast<float>(a));
    sample.inputs.push_back(static_cast<float>(b));
    const double truth = std::sin(1.5 * a) + 0.5 * b * b;
    if (n_classes == 0) sample.values.push_back(truth + 0.05 * random.normal());
    if (n_classes == 2) sample.classes.push_back(truth > 0.4 ? 1 : 0);
    if (n_classes == 3) sample.classes.push_back(truth > 1 ? 2 : (truth > 0 ? 1 : 0));
  }
  return sample;
}

std::vector<double> answers_of(const learn::Learner& learner, const learn::Sample& train,
                               const learn::Sample& valid) {
  return learner.judge(train, valid, {.seed = 3, .n_threads = 1}).answers;
}

double loss_of(const std::vector<double>& answers, const learn::Sample& valid) {
  double loss = 0;
  for (std::size_t row = 0; row < valid.n_rows; ++row) {
    if (valid.n_classes == 0) {
      loss += std::pow(answers[row] - valid.values[row], 2);
    } else {
      loss -= std::log(answers[row * valid.n_classes + valid.classes[row]]);
    }
  }
  return loss / static_cast<double>(valid.n_rows);
}

}  // namespace

TEST_SUITE("learn/dlib_learners") {
  TEST_CASE("ridge solves its normal equations") {
    learn::Sample sample;
    sample.task = Task::regression;
    sample.n_rows = 4;
    sample.n_inputs = 1;
    sample.inputs = {-1, 0, 1, 2};
    sample.values = {1, 2, 5, 8};
    const auto member = learn::make_linear_learner({.alpha = 2})->fit(sample, {}, {});
    const auto& parts = std::get<model::Linear>(member.predictor).parts();
    // Centred: sum xx = 5, sum xy = 12; weight = 12 / (5 + 2), intercept = 4 - 0.5 weight.
    CHECK(parts.weights[0] == doctest::Approx(12.0 / 7));
    CHECK(parts.intercepts[0] == doctest::Approx(4 - 0.5 * 12.0 / 7));
  }

  TEST_CASE("the gradient of every linear loss is its slope") {
    for (const std::size_t n_classes : {0UL, 2UL, 3UL}) {
      CAPTURE(n_classes);
      auto sample = make_sample(n_classes, 30, 1);
      for (std::size_t row = 0; row < 30; ++row)
        sample.weights.push_back(static_cast<double>(1 + row % 3));
      const learn::SparseRows rows(sample.inputs, 30, 2);
      const learn::LinearLoss loss(rows, sample, 0.3);
      std::vector<double> point(loss.n_parameters());
      Random random(5);
      for (auto& value : point) value = random.normal();
      std::vector<double> gradient(point.size());
      std::vector<double> unused(point.size());
      (void)loss(point, gradient);
      for (std::size_t i = 0; i < point.size(); ++i) {
        constexpr double kStep = 1e-5;
        auto moved = point;
        moved[i] += kStep;
        const double above = loss(moved, unused);
        moved[i] -= 2 * kStep;
        const double below = loss(moved, unused);
        CHECK(gradient[i] == doctest::Approx((above - below) / (2 * kStep)).epsilon(1e-6));
      }
    }
  }

  TEST_CASE("every learner beats the dummy by far and repeats itself bit by bit") {
    struct Case {
      const char* name;
      std::unique_ptr<learn::Learner> learner;
      std::vector<std::size_t> n_classes;
      double share;  ///< of the dummy's loss that is allowed
    };
    using Method = learn::KernelParameters::Method;
    Case cases[4];
    cases[0] = {"svm", learn::make_kernel_learner({.c = 5}), {0, 2, 3}, 0.5};
    cases[1] = {"kernel_ridge", learn::make_kernel_learner({.method = Method::ridge}), {0}, 0.2};
    cases[2] = {
        "random_forest", learn::make_random_forest_learner({.n_trees = 30}), {0, 2, 3}, 0.5};
    cases[3] = {"mlp", learn::make_perceptron_learner({.n_hidden = 12}), {0, 2, 3}, 0.4};
    for (const auto& c : cases) {
      for (const auto n_classes : c.n_classes) {
        CAPTURE(c.name);
        CAPTURE(n_classes);
        const auto train = make_sample(n_classes, 400, 1);
        const auto valid = make_sample(n_classes, 200, 2);
        const auto answers = answers_of(*c.learner, train, valid);
        const double dummy = loss_of(answers_of(learn::DummyLearner(), train, valid), valid);
        CHECK(loss_of(answers, valid) < c.share * dummy);
        CHECK(answers_of(*c.learner, train, valid) == answers);
      }
    }
  }

  TEST_CASE("a class with too few rows for a machine gets its share") {
    auto train = make_sample(3, 120, 1);
    for (auto& label : train.classes) label = label == 2 ? 1 : label;
    train.classes[7] = 2;
    const auto answers = answers_of(*learn::make_kernel_learner({}), train, train);
    for (std::size_t row = 0; row < train.n_rows; ++row) CHECK(answers[row * 3 + 2] < 0.1);
  }
}
