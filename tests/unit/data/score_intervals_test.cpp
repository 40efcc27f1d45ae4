#include "data/score_intervals.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "base/random.hpp"

using namespace mlops;
using namespace mlops::data;

namespace {

/// Probabilities of yes spread evenly, and outcomes as probable as `real` says of each.
struct Answers {
  Predictions predictions;
  Truth truth;
};

Answers answers_of(std::size_t n, std::uint64_t seed, const std::function<double(double)>& real) {
  Answers answers;
  Random random(seed);
  answers.predictions.task = Task::binary;
  answers.predictions.n_classes = 2;
  answers.predictions.n_rows = n;
  for (std::size_t row = 0; row < n; ++row) {
    const double p = random.uniform();
    answers.predictions.probabilities.insert(answers.predictions.probabilities.end(), {1 - p, p});
    answers.predictions.labels.push_back(p > 0.5 ? 1 : 0);
    answers.truth.classes.push_back(random.uniform() < real(p) ? 1 : 0);
  }
  return answers;
}

}  // namespace

TEST_SUITE("data/score_intervals") {
  TEST_CASE("the interval of the calibration error holds the true one, not the one seen") {
    struct Case {
      double slope;       ///< of the real probability; 1 is right, less is overconfident
      double true_error;  ///< (1 - slope) x mean |p - 0.5|
    };
    for (const Case& c : {Case{1, 0}, Case{0.8, 0.05}, Case{0.4, 0.15}}) {
      CAPTURE(c.slope);
      constexpr int kRepetitions = 60;
      int covered = 0;
      double seen = 0;
      for (std::uint64_t seed = 0; seed < kRepetitions; ++seed) {
        const auto answers =
            answers_of(300, seed, [&](double p) { return 0.5 + c.slope * (p - 0.5); });
        const auto error =
            score_with_interval(Metric::ece, answers.predictions, answers.truth, seed);
        covered += error.lower <= c.true_error && c.true_error <= error.upper ? 1 : 0;
        seen += error.value / kRepetitions;
        CHECK(error.lower <= error.value);
        CHECK(error.value <= error.upper);
      }
      // Of Binomial(60, 0.95), 51 or fewer come once in 250 times; the seeds are fixed.
      CHECK(covered >= 52);
      // What makes it necessary: few rows show more error than there is.
      CHECK(seen > c.true_error);
    }
  }

  TEST_CASE("a calibration error that is always seen alike has no width") {
    const std::vector<CalibrationBin> bins = {{.weight = 10, .confidence = 0, .right = 0}};
    const auto interval = calibration_error_interval(bins, 1);
    CHECK(interval.lower == 0);
    CHECK(interval.upper >= 0);
  }

  TEST_CASE("a mean of relative errors is believed only where few rows cannot decide it") {
    struct Case {
      const char* name;
      bool has_mean;
      std::function<double(Random&)> truth;
    };
    const Case cases[] = {
        {"far from zero", true, [](Random& r) { return 20 + 3 * r.normal(); }},
        {"far below zero", true, [](Random& r) { return -20 + 3 * r.normal(); }},
        {"prices", true, [](Random& r) { return std::exp(0.5 * r.normal()); }},
        {"both signs", false, [](Random& r) { return 3 * r.normal(); }},
        {"down to zero", false, [](Random& r) { return r.uniform() + 1e-9; }},
        {"some are zero", false, [](Random& r) { return r.uniform() < 0.02 ? 0.0 : 5.0; }}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      for (const std::size_t n : {300UL, 3000UL}) {
        CAPTURE(n);
        Random random(n);
        Truth truth;
        Predictions predictions;
        predictions.task = Task::regression;
        predictions.n_rows = n;
        for (std::size_t row = 0; row < n; ++row) {
          truth.values.push_back(c.truth(random));
          predictions.values.push_back(truth.values.back() + 0.3 * random.normal());
        }
        const auto error = score_with_interval(Metric::mape, predictions, truth, 1);
        CHECK(std::isfinite(error.value));
        CHECK(std::isfinite(error.lower) == c.has_mean);
        CHECK(std::isfinite(error.upper) == c.has_mean);
      }
    }
  }

  TEST_CASE("answers without any error have a mean relative error of 0 for certain") {
    const std::vector<double> losses(30, 0.0);
    CHECK(has_mean_relative_error(losses, std::vector<double>(30, 7.0)));
    CHECK_FALSE(has_mean_relative_error({}, {}));
  }
}
